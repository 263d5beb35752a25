import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { ProcessorConfig } from './config.ts'

const Filters = z.array(z.string()).readonly()

/** The part of the configuration that decides what is computed; it is stored in each checkpoint. */
export const Settings = z.object({
  windows: z
    .array(
      z.object({ tags: Filters, sizeUs: z.number(), offsetUs: z.number(), allowedLatenessUs: z.number() }),
    )
    .readonly(),
  rules: z
    .array(
      z.object({
        name: z.string(),
        tags: Filters,
        above: z.number().optional(),
        below: z.number().optional(),
        hysteresis: z.number(),
        holdUs: z.number(),
      }),
    )
    .readonly(),
})
export type Settings = z.output<typeof Settings>

export const settingsOf = (config: ProcessorConfig): Settings => ({
  windows: config.windows.map(({ tags, size, offset, allowedLateness }) => ({
    tags,
    sizeUs: size,
    offsetUs: offset,
    allowedLatenessUs: allowedLateness,
  })),
  rules: config.rules.map(({ name, tags, above, below, hysteresis, hold }) => ({
    name,
    tags,
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
    hysteresis,
    holdUs: hold,
  })),
})

/** Twelve hexadecimal digits that stand for the settings in every record; equal settings have equal ones. */
export const hashOf = (settings: Settings): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12)
