import { Command } from 'commander'
import * as z from 'zod'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { askLaw } from '../law/ask.ts'
import { addPerson, type PersonFlags, personOf } from '../law/person-options.ts'
import { RetentionAnswer, renderRetention } from '../law/retention-text.ts'
import { timeOption } from '../option-values.ts'
import { existingState } from '../state-directory.ts'

interface RetentionFlags {
  readonly state?: string
  readonly json?: true
}

interface ExplainFlags extends RetentionFlags {
  readonly tag: string
  readonly at: number
}

const EXAMPLES = `
Examples:
  genba retention explain --tag line1/mixer/temperature --at 2026-03-01T08:30Z
  genba retention law                     the law in force, the clock, what is held
  genba retention run                     erase now what must go, not when its time comes round
  genba retention confirm-clock --by 'A. Sato' --reason 'compared with time.example at the start of operation'

Until a person has confirmed the clock no term ends. docs/law.md says how it is decided.`

export function retentionCommand(context: Context): Command {
  return new Command('retention')
    .description('what stays, what goes, and why')
    .addCommand(explainCommand(context))
    .addCommand(lawCommand(context))
    .addCommand(runCommand(context))
    .addCommand(confirmCommand(context))
    .addHelpText('after', EXAMPLES)
}

const Explanation = z.object({
  tag: z.string(),
  atUs: z.number(),
  stored: z.enum(['none', 'chunk', 'rollup']),
  piece: z.object({ fromUs: z.number(), toUs: z.number(), samples: z.number(), lawRevision: z.number() }),
  class: z.object({ name: z.string(), residency: z.string(), worm: z.boolean() }),
  subject: z.string().nullable(),
  text: z.array(z.string()),
})

function explainCommand({ output }: Context): Command {
  return addState(new Command('explain'))
    .description('what becomes of the data of a tag at an instant, and why')
    .requiredOption('--tag <tag>', 'one tag')
    .requiredOption('--at <time>', 'ISO 8601: when it happened', timeOption('--at'))
    .action(async ({ tag, at, state, json }: ExplainFlags) => {
      const answer = await askLaw(existingState(state), { op: 'explain', tag, atUs: at })
      return json ? output.json(answer) : output.data(textOf(Explanation.parse(answer)))
    })
}

function textOf({
  tag,
  atUs,
  stored,
  piece,
  class: lawClass,
  subject,
  text,
}: z.output<typeof Explanation>): string {
  const range = `${formatTimeUs(piece.fromUs)} to ${formatTimeUs(piece.toUs)}`
  const what =
    stored === 'none'
      ? 'nothing sealed is there; this is said of data that would come now'
      : `goes as one piece: ${stored === 'rollup' ? 'a rollup of ' : ''}${piece.samples} samples, ${range}`
  const about = subject === null ? '' : `, about ${subject}`
  const worm = lawClass.worm ? ', worm' : ''
  return [
    `${tag} at ${formatTimeUs(atUs)}`,
    `  class ${lawClass.name}, residency ${lawClass.residency}${worm}${about}; came under law revision ${piece.lawRevision}`,
    `  ${what}`,
    ...text.map((line) => `  ${line}`),
    '',
  ].join('\n')
}

function lawCommand({ output }: Context): Command {
  return addState(new Command('law'))
    .description('the law in force, as JSON')
    .action(async ({ state, json }: RetentionFlags) => {
      const answer = await askLaw(existingState(state), { op: 'law' })
      return json ? output.json(answer) : output.data(`${JSON.stringify(answer, null, 2)}\n`)
    })
}

function runCommand({ output }: Context): Command {
  return addState(new Command('run'))
    .description('erase now what must go')
    .action(async ({ state, json }: RetentionFlags) => {
      const answer = await askLaw(existingState(state), { op: 'retention' })
      return json ? output.json(answer) : output.data(renderRetention(RetentionAnswer.parse(answer)))
    })
}

const Confirmed = z.object({ clock: z.object({ provenUs: z.number() }) })

function confirmCommand({ output }: Context): Command {
  return addState(addPerson(new Command('confirm-clock')))
    .description('vouch for the wall clock, after having compared it: only then do terms end')
    .action(async (flags: RetentionFlags & PersonFlags) => {
      const answer = await askLaw(existingState(flags.state), { op: 'clock-confirm', ...personOf(flags) })
      if (flags.json) return output.json(answer)
      return output.data(`confirmed: it is ${formatTimeUs(Confirmed.parse(answer).clock.provenUs)}\n`)
    })
}

const addState = (command: Command): Command =>
  command
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
