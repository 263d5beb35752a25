import * as z from 'zod'
import type { Cell } from '../checkpoint/cell.ts'
import { Instant, readInstant, writeInstant } from '../checkpoint/instant.ts'
import type { Condition, WindowDefinition } from './definition.ts'
import type { Bounds } from './engine-bounds.ts'
import type { WindowEngineCounters } from './engine-counters.ts'
import type { Feeders } from './feeders.ts'
import { type Forms, writeDefinition } from './forms.ts'
import type { KeyState } from './key-state.ts'
import type { Keys } from './keys.ts'
import { readDefinition } from './saved-definition.ts'

/** What an engine is made of. */
export interface EngineParts {
  readonly counters: WindowEngineCounters
  readonly feeders: Feeders<KeyState>
  readonly forms: Forms
  readonly keys: Keys
  readonly bounds: Bounds
}

const HeadText = z.object({
  counters: z.object({
    emitted: z.number(),
    revised: z.number(),
    early: z.number(),
    withdrawn: z.number(),
    lateSamples: z.number(),
    quarantinedSamples: z.number(),
    refusedSamples: z.number(),
  }),
  closedEarly: z.number(),
  forcedSamples: z.number(),
  regressed: z.number(),
  /** [name, epoch, watermark] */
  producers: z.array(z.tuple([z.string(), z.number(), Instant])),
  nextForm: z.number(),
})

const FormText = z.object({ isWanted: z.boolean(), definition: z.unknown() })

const KeyText = z.object({
  watermark: Instant,
  newest: Instant,
  feeders: z.array(z.string()),
  nextSeries: z.number(),
  /** [id, form, unseen up to, is retiring] */
  series: z.array(z.tuple([z.number(), z.number(), Instant, z.boolean()])),
})

const CellKey = z.union([
  z.tuple([z.literal('head')]),
  z.tuple([z.literal('form'), z.number()]),
  z.tuple([z.literal('key'), z.string(), z.string()]),
  /** group, key, series, key of its own */
  z.tuple([z.literal('w'), z.string(), z.string(), z.number(), z.string()]),
])
type CellKey = z.output<typeof CellKey>
const keyOf = (key: CellKey): string => JSON.stringify(key)

/** What has changed since the last call. */
export function takeWindowCells(parts: EngineParts): Cell[] {
  const { changed, removed, cells } = parts.keys.takeChanges()
  const forms = parts.forms.takeChanges().map(({ id, form }) => ({
    key: keyOf(['form', id]),
    text:
      form === undefined
        ? undefined
        : writeDefinition({ isWanted: form.isWanted, definition: form.definition }),
  }))
  return [
    { key: keyOf(['head']), text: JSON.stringify(headText(parts)) },
    ...forms,
    ...removed.map(({ group, key }) => ({ key: keyOf(['key', group, key]), text: undefined })),
    ...changed.map((state) => ({
      key: keyOf(['key', state.group, state.key]),
      text: JSON.stringify(keyText(state)),
    })),
    ...cells.map(({ state: { group, key }, seriesId, key: local, text }) => ({
      key: keyOf(['w', group, key, seriesId, local]),
      text,
    })),
  ]
}

function headText({ counters, feeders, forms, bounds }: EngineParts): z.input<typeof HeadText> {
  return {
    counters,
    closedEarly: bounds.closedEarly,
    forcedSamples: bounds.forcedSamples,
    regressed: feeders.regressed,
    producers: feeders.write().map(([name, epoch, us]) => [name, epoch, writeInstant(us)]),
    nextForm: forms.nextId,
  }
}

function keyText({
  watermarkUs,
  newestUs,
  feeders,
  nextSeriesId,
  series,
}: KeyState): z.input<typeof KeyText> {
  return {
    watermark: writeInstant(watermarkUs),
    newest: writeInstant(newestUs),
    feeders: feeders.map(({ name }) => name),
    nextSeries: nextSeriesId,
    series: series.map(({ id, form, unseenUs, isRetiring }) => [
      id,
      form.id,
      writeInstant(unseenUs),
      isRetiring,
    ]),
  }
}

/**
 * Puts cells into an engine that has none.
 *
 * @param definitions of now, which bring the conditions that cells only name
 * @throws ZodError when they are not what `takeWindowCells` gives
 * @throws GenbaError `GENBA_WINDOW_CONDITION` for a condition that nobody brings
 */
export function readWindowCells(
  cells: Iterable<Cell>,
  parts: EngineParts,
  definitions: readonly WindowDefinition[],
  compile: ((text: string) => Condition) | undefined,
): void {
  const forms: { id: number; isWanted: boolean; definition: WindowDefinition }[] = []
  const keys: { group: string; key: string; text: string }[] = []
  const locals = new Map<string, Cell[]>()
  let nextForm = 0
  for (const { key: keyJson, text } of cells) {
    if (text === undefined) continue
    const key = CellKey.parse(JSON.parse(keyJson))
    if (key[0] === 'head') nextForm = readHead(text, parts)
    else if (key[0] === 'form') {
      const { isWanted, definition } = FormText.parse(JSON.parse(text))
      forms.push({ id: key[1], isWanted, definition: readDefinition(definition, definitions, compile) })
    } else if (key[0] === 'key') keys.push({ group: key[1], key: key[2], text })
    else {
      const owner = keyOf(['w', key[1], key[2], key[3], ''])
      locals.set(owner, [...(locals.get(owner) ?? []), { key: key[4], text }])
    }
  }
  parts.forms.restore(nextForm, forms)
  for (const saved of keys) readKey(saved, parts, locals)
  parts.keys.takeChanges()
}

function readHead(text: string, { counters, feeders, bounds }: EngineParts): number {
  const head = HeadText.parse(JSON.parse(text))
  Object.assign(counters, head.counters)
  bounds.closedEarly = head.closedEarly
  bounds.forcedSamples = head.forcedSamples
  feeders.regressed = head.regressed
  feeders.read(head.producers.map(([name, epoch, us]) => [name, epoch, readInstant(us)]))
  return head.nextForm
}

function readKey(
  { group, key, text }: { group: string; key: string; text: string },
  { keys, feeders, forms, bounds }: EngineParts,
  locals: ReadonlyMap<string, Cell[]>,
): void {
  const saved = KeyText.parse(JSON.parse(text))
  const state = keys.add(group, key)
  state.watermarkUs = readInstant(saved.watermark)
  state.newestUs = readInstant(saved.newest)
  state.nextSeriesId = saved.nextSeries
  for (const name of saved.feeders) {
    const feeder = feeders.named(name)
    if (feeder !== undefined) state.attach(feeder)
  }
  for (const [id, formId, unseen, isRetiring] of saved.series) {
    const form = forms.byId(formId)
    if (form === undefined) continue
    const { windows } = keys.restoreSeries(state, form, id, readInstant(unseen), isRetiring)
    windows.restore(locals.get(keyOf(['w', group, key, id, ''])) ?? [], bounds)
  }
}
