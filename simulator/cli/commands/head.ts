import { Command } from 'commander'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { formatCounted } from '../figures.ts'
import { readPresentHead } from '../proof/present-head.ts'
import { existingState } from '../state-directory.ts'

const NOTES = `
Examples:
  genba head --json > head-2026-03.json     to be kept somewhere else
  genba verify --head head-2026-03.json     later: was anything before it changed?

The head says how many leaves the Merkle log of the store has and what they come to, signed by the gateway's key now.
With --json the public key comes too. A gateway also signs a head every hour and sends it to the cloud.`

export function headCommand({ output }: Context): Command {
  return new Command('head')
    .description('sign and print the head of the Merkle log over everything that is stored')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', NOTES)
    .action(async (flags: { readonly state?: string; readonly json?: true }) => {
      const { head, publicKey } = await readPresentHead(existingState(flags.state), 0)
      if (flags.json) return output.json({ v: 1, head, publicKey })
      return output.data(
        [
          `${head.log}: ${formatCounted(head.size, 'leaf', 'leaves')}, ${formatTimeUs(head.timeUs)}`,
          `root       ${head.rootHash}`,
          `key        ${head.keyId}`,
          `signature  ${head.signature}`,
          '',
        ].join('\n'),
      )
    })
}
