import type { SchedulerLike } from 'rxjs'
import type { Json } from '../../../shared/bytes/json.ts'
import type { Log } from '../../../shared/component/host.ts'
import { describeError } from '../../../shared/errors/genba-error.ts'
import { RuleEnvironment } from '../../../shared/processing/rules/environment.ts'
import type { Effect, Inquiry } from '../../../shared/processing/rules/outcome.ts'
import { type CompiledRule, judgeSample } from '../../../shared/processing/rules/rule.ts'
import { toJsonText } from '../../../shared/sql/convert.ts'
import type { SqlValue } from '../../../shared/sql/value.ts'
import { withDeadline } from '../../../shared/time/wait.ts'
import { INQUIRIES_MAX, LOOKUP_MS_MAX, LOOKUPS_MAX } from '../limits.ts'
import type { Effects } from './effects.ts'

export interface InquiriesParts {
  readonly thing: string
  readonly ruleOf: (name: string) => CompiledRule | undefined
  readonly ask: (id: string, name: string, args: readonly SqlValue[]) => Promise<Json | undefined>
  readonly effects: Effects
  readonly scheduler: SchedulerLike
  readonly log: Log
}

type Answer = { readonly value: SqlValue } | { readonly error: Error }

/** Judges rules that ask outside their message: asks, and judges again with the answers, until nothing is open. */
export class Inquiries {
  readonly #parts: InquiriesParts
  readonly counters = { judged: 0, failed: 0, overflowed: 0 }
  #underWay = 0

  constructor(parts: InquiriesParts) {
    this.#parts = parts
  }

  begin(inquiries: readonly Inquiry[]): void {
    for (const inquiry of inquiries) {
      if (this.#underWay >= INQUIRIES_MAX) {
        this.counters.overflowed++
        continue
      }
      this.#underWay++
      void this.#run(inquiry).finally(() => {
        this.#underWay--
      })
    }
  }

  async #run(inquiry: Inquiry): Promise<void> {
    const { ruleOf, effects } = this.#parts
    const rule = ruleOf(inquiry.rule)
    if (rule === undefined) return
    const answers = new Map<string, Answer>()
    try {
      for (let lookups = 0; ; lookups++) {
        const environment = new AnsweredEnvironment(this.#parts.thing, answers)
        environment.judge(inquiry.timeUs, inquiry.judged.origin)
        const { outcomes, failures } = judgeSample(rule, { ...inquiry.judged, environment })
        const { open } = environment
        if (open === undefined) {
          this.counters.judged++
          for (const { reason } of failures)
            this.#noteFailure(inquiry, reason, 'an action of a rule cannot be made')
          effects.actLogged(outcomes.filter((outcome): outcome is Effect => outcome.kind === 'effect'))
          return
        }
        if (lookups === LOOKUPS_MAX) throw new Error(`more than ${LOOKUPS_MAX} lookups for one message`)
        answers.set(open.key, await this.#ask(`${inquiry.rule}|${inquiry.judged.origin}|${lookups}`, open))
      }
    } catch (error) {
      this.#noteFailure(inquiry, describeError(error), 'a rule has no answer')
    }
  }

  #noteFailure({ rule, key }: Inquiry, err: string, message: string): void {
    this.counters.failed++
    this.#parts.log.warn({ rule, key, err }, message)
  }

  async #ask(id: string, { name, args }: OpenLookup): Promise<Answer> {
    const { ask, scheduler } = this.#parts
    const late = () => new Error(`no answer within ${LOOKUP_MS_MAX} ms`)
    try {
      const value = await withDeadline(ask(id, name, args), LOOKUP_MS_MAX, scheduler, late)
      return { value: value as SqlValue }
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) }
    }
  }
}

interface OpenLookup {
  readonly key: string
  readonly name: string
  readonly args: readonly SqlValue[]
}

/** Knows some answers, and notes the first question that has none. */
class AnsweredEnvironment extends RuleEnvironment {
  open: OpenLookup | undefined
  readonly #answers: ReadonlyMap<string, Answer>

  constructor(thing: string, answers: ReadonlyMap<string, Answer>) {
    super(thing)
    this.#answers = answers
  }

  override lookup(name: string, args: readonly SqlValue[]): SqlValue {
    const key = `${name} ${toJsonText(args)}`
    const answer = this.#answers.get(key)
    if (answer === undefined) {
      this.open ??= { key, name, args }
      return super.lookup(name, args)
    }
    if ('error' in answer) throw answer.error
    return answer.value
  }
}
