import * as z from 'zod'
import type { Cell } from '../../checkpoint/cell.ts'
import { Instant, readInstant, writeInstant } from '../../checkpoint/instant.ts'
import { Changes } from '../changes.ts'
import { SavedSample } from './machine-window.ts'
import type { Trigger } from './sliding-triggers.ts'

const TRIGGER_PREFIX = 'trigger:'

/** [revision, samples, is dirty, flush at] */
const TriggerText = z.tuple([z.number(), z.number(), z.boolean(), Instant])

/** [earliest sample that may be held, earliest trigger that is not closed, is retired, carry-in] */
export const HeadText = z.tuple([Instant, Instant, z.boolean(), SavedSample])
export type HeadText = z.input<typeof HeadText>
export const HEAD_KEY = 'head'

export function createTriggerChanges(): Changes<Trigger> {
  return new Changes(
    ({ timeUs }) => `${TRIGGER_PREFIX}${timeUs}`,
    ({ revision, samples, isDirty, flushAtUs }) =>
      JSON.stringify([revision, samples, isDirty, writeInstant(flushAtUs)] satisfies z.input<
        typeof TriggerText
      >),
  )
}

/** The triggers among cells, in no order. @throws ZodError when they are none of `createTriggerChanges` */
export function readTriggers(cells: readonly Cell[]): Trigger[] {
  const triggers: Trigger[] = []
  for (const { key, text } of cells) {
    if (text === undefined || !key.startsWith(TRIGGER_PREFIX)) continue
    const timeUs = z.number().parse(Number(key.slice(TRIGGER_PREFIX.length)))
    const [revision, samples, isDirty, flushAt] = TriggerText.parse(JSON.parse(text))
    triggers.push({
      timeUs,
      revision,
      samples,
      isDirty,
      flushAtUs: readInstant(flushAt),
      isNoted: false,
      isSaved: true,
    })
  }
  return triggers
}
