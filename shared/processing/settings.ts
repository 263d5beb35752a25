import { createHash } from 'node:crypto'
import * as z from 'zod'
import { Detection } from '../detect/config.ts'
import { createTagFilter } from '../tag/tag-filter.ts'
import { toDefinition, WindowConfig } from '../window/config.ts'
import type { WindowDefinition } from '../window/definition.ts'
import type { ProcessorConfig } from './config.ts'
import { BASICS } from './records.ts'
import { type CompiledRule, compileRule } from './rules/rule.ts'
import { RuleConfig } from './rules/rule-config.ts'
import type { TagAttributes } from './rules/sample-message.ts'

/**
 * The part of the configuration that decides what is computed, as it was written; it is stored in each checkpoint.
 */
export const Settings = z.object({
  tags: z
    .array(z.object({ tags: z.array(z.string()).readonly(), attributes: z.record(z.string(), z.string()) }))
    .readonly(),
  windows: z.array(z.json()).readonly(),
  detections: z.array(z.json()).readonly(),
  rules: z.array(z.json()).readonly(),
})
export type Settings = z.output<typeof Settings>

export const settingsOf = ({ tags, windows, detections, rules }: ProcessorConfig): Settings =>
  Settings.parse({ tags, windows, detections, rules })

/** Twelve hexadecimal digits that stand for the settings in every record; equal settings have equal ones. */
export const hashOf = (settings: Settings): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12)

/** Settings ready to compute with. */
export interface CompiledSettings {
  readonly windows: readonly WindowDefinition[]
  readonly detections: readonly Detection[]
  readonly rules: readonly CompiledRule[]
  readonly attributesOf: (tag: string) => TagAttributes
}

/** Ten minutes: what a machine's own buffer holds through a restart of its network. */
const ALLOWED_LATENESS_US = 600_000_000
/** One answer a second is the most that anybody wants of a window that late samples fill. */
const LATE_FLUSH_US = 1_000_000

/** @throws ZodError or SqlError for settings that this version does not take */
export function compileSettings(settings: Settings): CompiledSettings {
  const defaults = { allowedLatenessUs: ALLOWED_LATENESS_US, lateFlushUs: LATE_FLUSH_US }
  return {
    windows: settings.windows.map((window) => withBasics(toDefinition(WindowConfig.parse(window), defaults))),
    detections: settings.detections.map((detection) => Detection.parse(detection)),
    rules: settings.rules.map((rule) => compileRule(RuleConfig.parse(rule))),
    attributesOf: createAttributes(settings.tags),
  }
}

function withBasics(definition: WindowDefinition): WindowDefinition {
  const missing = BASICS.filter((name) => !definition.aggregates.some(({ as }) => as === name))
  const added = missing.map((name) => ({ fn: name, as: name, params: {} }))
  return { ...definition, aggregates: [...definition.aggregates, ...added] }
}

const NO_ATTRIBUTES: TagAttributes = {}
/** Tags whose attributes are kept; beyond it they are found out again each time. */
const KNOWN_TAGS_MAX = 100_000

function createAttributes(entries: Settings['tags']): (tag: string) => TagAttributes {
  if (entries.length === 0) return () => NO_ATTRIBUTES
  const parts = entries.map(({ tags, attributes }) => ({ matches: createTagFilter(tags), attributes }))
  const known = new Map<string, TagAttributes>()
  return (tag) => {
    const before = known.get(tag)
    if (before !== undefined) return before
    const matching = parts.filter(({ matches }) => matches(tag)).map(({ attributes }) => attributes)
    const attributes = Object.assign({}, ...matching)
    if (known.size < KNOWN_TAGS_MAX) known.set(tag, attributes)
    return attributes
  }
}
