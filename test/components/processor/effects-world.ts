import { Effects } from '../../../components/processor/effects/effects.ts'
import { Inquiries, type InquiriesParts } from '../../../components/processor/effects/inquiries.ts'
import type { Json } from '../../../shared/bytes/json.ts'
import type { CallAnswer, FunctionInput } from '../../../shared/function/call.ts'
import type { Effect, Inquiry } from '../../../shared/processing/rules/outcome.ts'
import { compileSettings, type Settings } from '../../../shared/processing/settings.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'

/** The wall clock when a world begins. */
export const NOW_US = 1_700_000_000_000_000

export interface Published {
  readonly atMs: number
  readonly topic: string
  readonly payload: Json
}

/** What becomes of a message: milliseconds until it is taken, or why it is refused. */
export type Fate = number | { readonly refused: string }

/** Effects of rules on a virtual clock, with a bus and functions that do what the test says. */
export function createEffectsWorld() {
  const clock = createVirtualClock({ wallUs: NOW_US })
  const scheduler = createVirtualScheduler(clock, (action) => action())
  const published: Published[] = []
  const calls: FunctionInput[] = []
  const lines: { readonly level: string; readonly message: string; readonly fields: object }[] = []
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const script = {
    fate: (_message: Published): Fate => 0,
    answer: (_input: FunctionInput): CallAnswer => ({ accepted: true }),
    order: (_name: string): 'tag' | 'rule' | 'none' | undefined => 'tag',
  }
  const bus = {
    publish: (topic: string, payload: object): Promise<void> => {
      const bytes = 'bytes' in payload ? (payload.bytes as Uint8Array) : new Uint8Array()
      const message = { atMs: clock.monotonicMs(), topic, payload: JSON.parse(Buffer.from(bytes).toString()) }
      published.push(message)
      const fate = script.fate(message)
      if (typeof fate === 'object') return Promise.reject(new Error(fate.refused))
      return fate === 0
        ? Promise.resolve()
        : new Promise((resolve) => scheduler.schedule(() => resolve(), fate))
    },
  }
  const closing = new AbortController()
  const effects = new Effects({
    bus,
    functions: {
      call: (input) => {
        calls.push(input)
        return script.answer(input)
      },
    },
    orderOf: (name) => script.order(name),
    clock,
    scheduler,
    log,
    signal: closing.signal,
  })
  return {
    clock,
    scheduler,
    log,
    lines,
    published,
    calls,
    script,
    closing,
    effects,
    ms: (count: number) => clock.runUntil(clock.nowUs() + count * 1000),
    /** What answers questions outside the message, over rules of some settings. */
    inquiriesOf(settings: Settings, ask: InquiriesParts['ask']): Inquiries {
      const { rules } = compileSettings(settings)
      const ruleOf = (name: string) => rules.find(({ config }) => config.name === name)
      return new Inquiries({ thing: 'press-3', ruleOf, ask, effects, scheduler, log })
    },
  }
}

/** An effect of a sample of now. */
export const effect = (own: Partial<Effect> = {}): Effect => ({
  kind: 'effect',
  id: 'r|p|1|0|0|0|0',
  rule: 'r',
  key: 'line1/press',
  timeUs: NOW_US,
  frame: 'p|1|0',
  action: 'republish',
  isReflex: false,
  deadlineUs: undefined,
  maxAgeUs: 60_000_000,
  act: { type: 'publish', topic: 'a', payloadText: '{"value":1}' },
  onError: undefined,
  ...own,
})

export const call = (name: string, payloadText = '{"value":1}'): Effect['act'] => ({
  type: 'call',
  function: name,
  payloadText,
})

/** Every inquiry of what some frames gave. */
export const inquiriesIn = (applied: readonly { readonly inquiries: readonly Inquiry[] }[]): Inquiry[] =>
  applied.flatMap(({ inquiries }) => inquiries)
