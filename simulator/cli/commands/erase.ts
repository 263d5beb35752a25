import { randomUUID } from 'node:crypto'
import { Command } from 'commander'
import * as z from 'zod'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { askLaw } from '../law/ask.ts'
import { addPerson, type PersonFlags, personOf } from '../law/person-options.ts'
import { RetentionAnswer, renderRetention } from '../law/retention-text.ts'
import { timeOption } from '../option-values.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'

interface EraseFlags extends PersonFlags {
  readonly subject: string
  readonly until?: number
  readonly id?: string
  readonly state?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba erase --subject driver-9 --reason 'request of 2026-03-01, article 17' --by 'A. Sato'
  genba erase list
  genba erase withdraw 5f0c… --reason 'wrong person' --by 'A. Sato'

Erases what is stored about a person, as far as no duty and no hold keeps it, and says what is kept and until when: that
goes when its time has come. Whom data is about is said by the subject of its law class (docs/law.md).`

export function eraseCommand(context: Context): Command {
  return new Command('erase')
    .description('erase what is stored about a person')
    .addCommand(requestCommand(context), { isDefault: true })
    .addCommand(listCommand(context))
    .addCommand(withdrawCommand(context))
    .addHelpText('after', EXAMPLES)
}

function requestCommand({ output }: Context): Command {
  return addState(addPerson(new Command('request')))
    .description('ask for the erasure of a subject, and erase at once what may go')
    .requiredOption('--subject <name>', 'as the law class spells it')
    .option(
      '--until <time>',
      'ISO 8601: data that began later is not meant (default: now)',
      timeOption('--until'),
    )
    .option('--id <id>', 'a name for the request (default: a new one)')
    .action(async (flags: EraseFlags) => {
      const { subject, until: untilUs = Date.now() * 1000, id: request = randomUUID(), state, json } = flags
      const answer = await askLaw(existingState(state), {
        op: 'erase',
        request,
        subject,
        untilUs,
        ...personOf(flags),
      })
      if (json) return output.json(answer)
      return output.data(`request ${request}\n${renderRetention(RetentionAnswer.parse(answer))}`)
    })
}

const Requests = z.object({
  requests: z.array(
    z.object({
      id: z.string(),
      subject: z.string(),
      untilUs: z.number(),
      reason: z.string(),
      requestedBy: z.string(),
      withdrawnBy: z.string().optional(),
    }),
  ),
})

function listCommand({ output }: Context): Command {
  return addState(new Command('list'))
    .description('the requests for erasure')
    .action(async ({ state, json }: { readonly state?: string; readonly json?: true }) => {
      const answer = await askLaw(existingState(state), { op: 'erasures' })
      if (json) return output.json(answer)
      const { requests } = Requests.parse(answer)
      if (requests.length === 0) return output.data('nobody has asked for erasure\n')
      const rows = requests.map(({ id, subject, untilUs, requestedBy, withdrawnBy, reason }) => [
        id,
        subject,
        formatTimeUs(untilUs),
        withdrawnBy === undefined ? 'open' : `withdrawn by ${withdrawnBy}`,
        requestedBy,
        reason,
      ])
      return output.data(formatTable(['request', 'subject', 'until', 'state', 'asked by', 'reason'], rows))
    })
}

function withdrawCommand({ output }: Context): Command {
  return addState(addPerson(new Command('withdraw')))
    .description('take a request back; what it has erased stays erased')
    .argument('<id>', 'of the request')
    .action(
      async (request: string, flags: PersonFlags & { readonly state?: string; readonly json?: true }) => {
        const answer = await askLaw(existingState(flags.state), {
          op: 'erase-withdraw',
          request,
          ...personOf(flags),
        })
        return flags.json ? output.json(answer) : output.data(`withdrawn: ${request}\n`)
      },
    )
}

const addState = (command: Command): Command =>
  command
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
