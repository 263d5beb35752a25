import fc from 'fast-check'
import { parseAggregates } from '../../../../shared/aggregate/spec.ts'
import type { Condition, WindowDefinition, WindowKind } from '../../../../shared/window/definition.ts'
import type { Scenario } from './agreement.ts'
import { type CalendarRules, calendarWindows } from './calendar.ts'
import { emptyWindows } from './empty-windows.ts'
import type { KeyModel, Value } from './model.ts'
import { type CutOrdered, countWindows, orderedWindows, runWindows, stateWindows } from './ordered-windows.ts'
import { sessionWindows } from './session-windows.ts'
import { slidingWindows } from './sliding-windows.ts'
import { alignedWindows, type TimeWindow, timeWindows } from './time-windows.ts'

const AGGREGATES = parseAggregates(['sum', 'mean', 'min', 'max', 'first', 'last', 'changes'])

function scenario(
  window: WindowKind,
  model: KeyModel,
  own: Partial<WindowDefinition> = {},
): Scenario & { [fc.toStringMethod]: () => string } {
  const definition: WindowDefinition = {
    name: 'w',
    tags: ['#'],
    key: { by: 'tag' },
    window,
    allowedLatenessUs: 0,
    lateFlushUs: 0,
    aggregates: AGGREGATES,
    ...own,
  }
  const { aggregates: _, ...printed } = definition
  return { definition, model, [fc.toStringMethod]: () => JSON.stringify(printed) }
}

const latenesses = fc.constantFrom(0, 0, 4, 25)

/** A condition that prints itself in a report of a failure. */
const condition = (text: string, holds: (value: number) => boolean): Condition => ({
  text,
  holds: (value: Value) => typeof value === 'number' && holds(value),
})

export const tumblingScenarios = fc
  .record({ sizeUs: fc.integer({ min: 1, max: 15 }), offsetUs: fc.nat({ max: 20 }), latenessUs: latenesses })
  .map(({ sizeUs, offsetUs, latenessUs }) =>
    scenario(
      { type: 'tumbling', sizeUs, offsetUs },
      timeWindows(alignedWindows(sizeUs, sizeUs, offsetUs), latenessUs),
      { allowedLatenessUs: latenessUs },
    ),
  )

export const hoppingScenarios = fc
  .record({
    sizeUs: fc.integer({ min: 1, max: 15 }),
    hopUs: fc.integer({ min: 1, max: 20 }),
    offsetUs: fc.nat({ max: 20 }),
    latenessUs: latenesses,
  })
  .map(({ sizeUs, hopUs, offsetUs, latenessUs }) =>
    scenario(
      { type: 'hopping', sizeUs, hopUs, offsetUs },
      timeWindows(alignedWindows(sizeUs, hopUs, offsetUs), latenessUs),
      { allowedLatenessUs: latenessUs },
    ),
  )

/** Streams for these begin on 30 March 2024, in steps of half an hour: changes of clocks in several zones are near. */
export const CALENDAR_STREAM = { fromUs: Date.parse('2024-03-30T06:00Z') * 1000, unitUs: 1_800_000_000 }

const calendars: fc.Arbitrary<CalendarRules> = fc.constantFrom(
  { unit: 'day', zone: 'Europe/Berlin', startsAt: ['00:00'] },
  { unit: 'day', zone: 'Europe/Berlin', startsAt: ['02:30'] },
  { unit: 'shift', zone: 'Europe/Berlin', startsAt: ['06:00', '14:00', '22:00'] },
  { unit: 'shift', zone: 'Australia/Lord_Howe', startsAt: ['01:15', '13:45'] },
  { unit: 'day', zone: 'America/New_York', startsAt: ['06:00'] },
  { unit: 'month', zone: 'Asia/Tokyo', startsAt: ['00:00'] },
)
const calendarLatenesses = fc.constantFrom(0, 4 * 3_600_000_000, 2 * 86_400_000_000)

export const calendarScenarios = fc
  .record({ rules: calendars, latenessUs: calendarLatenesses })
  .map(({ rules, latenessUs }) =>
    scenario({ type: 'calendar', ...rules }, timeWindows(calendarWindows(rules), latenessUs), {
      allowedLatenessUs: latenessUs,
    }),
  )

export const slidingScenarios = fc
  .record({
    lengthUs: fc.integer({ min: 1, max: 12 }),
    delayUs: fc.constantFrom(0, 0, 3, 7),
    latenessUs: latenesses,
    hasWhen: fc.boolean(),
  })
  .map(({ lengthUs, delayUs, latenessUs, hasWhen }) => {
    const when = condition('value > 2', (value) => value > 2)
    return scenario(
      { type: 'sliding', lengthUs, delayUs, ...(hasWhen ? { when } : {}) },
      slidingWindows({ lengthUs, delayUs, latenessUs, ...(hasWhen ? { when: when.holds } : {}) }),
      { allowedLatenessUs: latenessUs },
    )
  })

export const sessionScenarios = fc
  .record({ gapUs: fc.integer({ min: 1, max: 10 }), latenessUs: latenesses })
  .map(({ gapUs, latenessUs }) =>
    scenario({ type: 'session', gapUs }, sessionWindows({ gapUs, latenessUs }), {
      allowedLatenessUs: latenessUs,
    }),
  )

/** Sessions that are cut after some time. */
export const cutSessionScenarios = fc
  .record({
    gapUs: fc.integer({ min: 1, max: 10 }),
    maxDurationUs: fc.integer({ min: 1, max: 25 }),
    latenessUs: latenesses,
  })
  .map(({ latenessUs, ...rules }) =>
    scenario({ type: 'session', ...rules }, sessionWindows({ ...rules, latenessUs }), {
      allowedLatenessUs: latenessUs,
    }),
  )

const ordered = (window: WindowKind, cut: CutOrdered): Scenario => scenario(window, orderedWindows(cut))

export const countScenarios = fc
  .record({ size: fc.integer({ min: 1, max: 5 }), every: fc.integer({ min: 1, max: 7 }) })
  .map(({ size, every }) => ordered({ type: 'count', size, every }, countWindows(size, every)))

export const stateScenarios = fc.integer({ min: 1, max: 30 }).map((maxDurationUs) => {
  const begin = condition('value > 3', (value) => value > 3)
  const end = condition('value < 0', (value) => value < 0)
  return ordered(
    { type: 'state', begin, end, maxDurationUs },
    stateWindows(begin.holds, end.holds, maxDurationUs),
  )
})

export const runScenarios = fc.constant(ordered({ type: 'run' }, runWindows))

export const emptyScenarios = fc
  .record({
    sizeUs: fc.integer({ min: 3, max: 12 }),
    hopUs: fc.integer({ min: 3, max: 12 }),
    isHopping: fc.boolean(),
    latenessUs: latenesses,
    limit: fc.constant(1000),
  })
  .map(alignedWithEmpty)

/** Few empty windows in a row before one pane stands for the others. */
export const gapScenarios = fc
  .record({
    sizeUs: fc.integer({ min: 1, max: 6 }),
    hopUs: fc.integer({ min: 1, max: 6 }),
    isHopping: fc.boolean(),
    latenessUs: latenesses,
    limit: fc.integer({ min: 1, max: 4 }),
  })
  .map(alignedWithEmpty)

interface AlignedWithEmpty {
  readonly sizeUs: number
  readonly hopUs: number
  readonly isHopping: boolean
  readonly latenessUs: number
  readonly limit: number
}

function alignedWithEmpty({ sizeUs, isHopping, latenessUs, limit, ...rest }: AlignedWithEmpty): Scenario {
  // Without gaps between windows, so that every key has its first window where the stream begins.
  const hopUs = isHopping ? Math.min(rest.hopUs, sizeUs) : sizeUs
  const windowsBetween = (fromUs: number, toUs: number) =>
    Array.from({ length: Math.max(0, Math.floor((toUs - fromUs) / hopUs) + 1) }, (_, index) => {
      const startUs = fromUs + index * hopUs
      return { startUs, endUs: startUs + sizeUs }
    })
  return scenario(
    isHopping ? { type: 'hopping', sizeUs, hopUs, offsetUs: 0 } : { type: 'tumbling', sizeUs, offsetUs: 0 },
    emptyWindows({ windowsOf: alignedWindows(sizeUs, hopUs, 0), windowsBetween, latenessUs, limit }),
    { allowedLatenessUs: latenessUs, emitEmpty: { limit } },
  )
}

export const emptyCalendarScenarios = fc
  .record({ rules: calendars, latenessUs: calendarLatenesses })
  .map(({ rules, latenessUs }) => {
    const windowsOf = calendarWindows(rules)
    const windowsBetween = (fromUs: number, toUs: number) => {
      const found: TimeWindow[] = []
      for (let [window] = windowsOf(fromUs); window !== undefined && window.startUs <= toUs; ) {
        found.push(window)
        window = windowsOf(window.endUs)[0]
      }
      return found
    }
    return scenario(
      { type: 'calendar', ...rules },
      emptyWindows({ windowsOf, windowsBetween, latenessUs, limit: 1000 }),
      { allowedLatenessUs: latenessUs, emitEmpty: { limit: 1000 } },
    )
  })
