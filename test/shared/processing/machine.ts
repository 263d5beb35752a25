import type { Cell } from '../../../shared/checkpoint/cell.ts'
import type { SampleFrame } from '../../../shared/frame/frame.ts'
import { Application, type Applied } from '../../../shared/processing/application.ts'
import { ProcessorConfig } from '../../../shared/processing/config.ts'
import type { Effect } from '../../../shared/processing/rules/outcome.ts'
import { type Settings, settingsOf } from '../../../shared/processing/settings.ts'
import { frameOf, type Sample } from '../window/frames.ts'

export const MAKER = { component: 'genba.Processor', version: '1', thing: 'press-3' }
export const SECOND_US = 1_000_000
const TAG = 'line1/press/temperature'

/** The part of a template that a rule fills. */
export const filled = (expression: string): string => `\${${expression}}`

/** Settings as a user writes them; no windows unless said. Members that are undefined are not there. */
export const settings = (configuration: object): Settings =>
  settingsOf(ProcessorConfig.parse(JSON.parse(JSON.stringify({ windows: [], ...configuration }))))

/** A rule on every tag of `line1`, with one action. */
export const rule = (action: object, own: object = {}) => ({
  name: 'r',
  sql: "SELECT * FROM 'line1/#'",
  actions: [action],
  ...own,
})

export const sample = (
  second: number,
  value: Sample['value'],
  own: { readonly tag?: string; readonly quality?: number } = {},
): Sample => ({ tag: TAG, timeUs: second * SECOND_US, value, ...own })

/** Frames of one producer, numbered; a frame is complete up to its newest sample unless said. */
export function framesOf(...lists: readonly (readonly Sample[])[]): SampleFrame[] {
  return lists.map((samples, sequence) => {
    const newestUs = samples.reduce(
      (newest, { timeUs }) => Math.max(newest, timeUs),
      Number.NEGATIVE_INFINITY,
    )
    return frameOf(samples, newestUs, { sequence })
  })
}

/** An application under some rules. */
export const machineOf = (...rules: readonly object[]): Application =>
  new Application(MAKER, settings({ rules }))

export const applyAll = (application: Application, frames: readonly SampleFrame[]): Applied[] =>
  frames.map((frame) => application.apply(application.lsn + 1, frame))

/** What one rule with one action makes of some samples in one frame. */
export const outcomeOf = (action: object, samples: readonly Sample[], own: object = {}): Applied => {
  const [applied] = applyAll(machineOf(rule(action, own)), framesOf(samples))
  if (applied === undefined) throw new Error('nothing was applied')
  return applied
}

export const recordsOf = (applied: readonly Applied[]): Record<string, unknown>[] =>
  applied.flatMap(({ records }) => records.map((text) => JSON.parse(text)))

/** The payload of an effect that publishes. */
export const payloadOf = ({ act }: Effect): unknown => JSON.parse(act.payloadText)

/** All cells so far, as a checkpoint holds them. */
export function createCellStore() {
  const cells = new Map<string, string>()
  return {
    save(application: Application): void {
      for (const { key, text } of application.takeCells()) {
        if (text === undefined) cells.delete(key)
        else cells.set(key, text)
      }
    },
    cells: (): Cell[] => [...cells].map(([key, text]) => ({ key, text })),
  }
}
