import { Command } from 'commander'
import * as z from 'zod'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { askLaw } from '../law/ask.ts'
import { addPerson, type PersonFlags, personOf } from '../law/person-options.ts'
import { timeOption } from '../option-values.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'

interface HoldFlags {
  readonly state?: string
  readonly json?: true
}

interface PlaceFlags extends HoldFlags, PersonFlags {
  readonly tag: readonly string[]
  readonly from?: number
  readonly to?: number
}

const EXAMPLES = `
Examples:
  genba hold place case-2026-7 --tag 'line1/mixer/#' --reason 'claim 2026-7 of Acme' --by 'A. Sato'
  genba hold place recall-3 --tag '#' --from 2026-03-01 --to 2026-03-08 --reason 'recall of batch 3'
  genba hold list
  genba hold lift case-2026-7 --reason 'claim settled' --by 'A. Sato'

What a hold names is not erased by anything until a person lifts it. Works with the gateway running or stopped; each order
stands in the audit trail (genba audit), refused ones too.`

export function holdCommand(context: Context): Command {
  return new Command('hold')
    .description('keep data whatever the law of the store says, until a person lifts it')
    .addCommand(placeCommand(context))
    .addCommand(liftCommand(context))
    .addCommand(listCommand(context))
    .addHelpText('after', EXAMPLES)
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

function placeCommand({ output }: Context): Command {
  return addState(addPerson(new Command('place')))
    .description('place a legal hold on tags, and on a range of time if need be')
    .argument('<id>', 'a name for it that no hold has had')
    .requiredOption('--tag <filter>', 'a tag, or a filter with + and #; may be repeated', collect)
    .option('--from <time>', 'ISO 8601: what happened or came from then on', timeOption('--from'))
    .option('--to <time>', 'ISO 8601, inclusive', timeOption('--to'))
    .action(async (hold: string, flags: PlaceFlags) => {
      const { tag: tags, from: fromUs, to: toUs, state, json } = flags
      const scope = {
        tags: [...tags],
        ...(fromUs !== undefined && { fromUs }),
        ...(toUs !== undefined && { toUs }),
      }
      const answer = await askLaw(existingState(state), { op: 'hold-place', hold, scope, ...personOf(flags) })
      return json ? output.json(answer) : output.data(`placed: ${hold}; see: genba hold list\n`)
    })
}

function liftCommand({ output }: Context): Command {
  return addState(addPerson(new Command('lift')))
    .description('end a legal hold; others on the same data go on')
    .argument('<id>', 'of the hold')
    .action(async (hold: string, flags: HoldFlags & PersonFlags) => {
      const answer = await askLaw(existingState(flags.state), { op: 'hold-lift', hold, ...personOf(flags) })
      return flags.json ? output.json(answer) : output.data(`lifted: ${hold}\n`)
    })
}

const Holds = z.object({
  holds: z.array(
    z.object({
      id: z.string(),
      scope: z.object({
        tags: z.array(z.string()),
        fromUs: z.number().optional(),
        toUs: z.number().optional(),
      }),
      reason: z.string(),
      placedBy: z.string(),
      placedAtUs: z.number(),
      liftedBy: z.string().optional(),
      liftedAtUs: z.number().optional(),
    }),
  ),
})
type Hold = z.output<typeof Holds>['holds'][number]

function listCommand({ output }: Context): Command {
  return addState(new Command('list'))
    .description('the holds in force; with --all those that were lifted, too')
    .option('--all', 'lifted ones too')
    .action(async ({ state, json, all }: HoldFlags & { readonly all?: true }) => {
      const { holds } = Holds.parse(await askLaw(existingState(state), { op: 'holds' }))
      const shown = all ? holds : holds.filter(({ liftedBy }) => liftedBy === undefined)
      if (json) return output.json({ v: 1, holds: shown })
      if (shown.length === 0) return output.data('no hold is in force\n')
      const rows = shown.map((hold) => [hold.id, stateOf(hold), scopeOf(hold), hold.placedBy, hold.reason])
      return output.data(formatTable(['hold', 'state', 'scope', 'placed by', 'reason'], rows))
    })
}

const stateOf = ({ liftedBy, liftedAtUs, placedAtUs }: Hold): string =>
  liftedBy === undefined
    ? `since ${formatTimeUs(placedAtUs)}`
    : `lifted by ${liftedBy} ${liftedAtUs === undefined ? '' : formatTimeUs(liftedAtUs)}`

function scopeOf({ scope: { tags, fromUs, toUs } }: Hold): string {
  const from = fromUs === undefined ? '' : ` from ${formatTimeUs(fromUs)}`
  const to = toUs === undefined ? '' : ` to ${formatTimeUs(toUs)}`
  return `${tags.join(' ')}${from}${to}`
}

const addState = (command: Command): Command =>
  command
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
