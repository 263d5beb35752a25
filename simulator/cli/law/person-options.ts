import { userInfo } from 'node:os'
import type { Command } from 'commander'

export interface PersonFlags {
  readonly by?: string
  readonly reason: string
}

/** Who gives an order and why: both stand in the audit trail for good. */
export const addPerson = (command: Command): Command =>
  command
    .requiredOption('--reason <text>', 'why, in words that still tell something in ten years')
    .option('--by <name>', 'who you are (default: your login name)')

export const personOf = ({ by, reason }: PersonFlags): { readonly by: string; readonly reason: string } => ({
  by: by ?? userInfo().username,
  reason,
})
