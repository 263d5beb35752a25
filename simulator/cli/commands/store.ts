import { Command } from 'commander'
import type { Context } from '../context.ts'
import { storeImportCommand } from './store-import.ts'
import { storeStatsCommand } from './store-stats.ts'

const EXAMPLES = `
Examples:
  genba store import history.csv --state hall-2 --prefix hall2/press
  genba store stats --state hall-2`

export function storeCommand(context: Context): Command {
  return new Command('store')
    .description("bring files into a gateway's store and see what it takes")
    .addCommand(storeImportCommand(context))
    .addCommand(storeStatsCommand(context))
    .addHelpText('after', EXAMPLES)
}
