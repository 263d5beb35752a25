import * as z from 'zod'
import { checked } from '../component/checked.ts'
import { durationMs } from '../component/config-types.ts'
import { Detection } from '../detect/config.ts'
import { FunctionConfig } from '../function/config.ts'
import { TagFilters } from '../tag/tag-filters.ts'
import { toDefinition, WindowConfig } from '../window/config.ts'
import { BASICS } from './records.ts'
import { RuleConfig } from './rules/rule-config.ts'
import { ruleIssue } from './rules/rule-issue.ts'

/** Each definition multiplies the windows that are held. */
const WINDOWS_MAX = 16
/** Each detection is asked for every sample of its tags, each rule evaluated. */
const DETECTIONS_MAX = 1000
const RULES_MAX = 1000
/** Each may have workers of its own. */
const FUNCTIONS_MAX = 64
const TEXT_LENGTH_MAX = 512

const Text = z.string().min(1).max(TEXT_LENGTH_MAX)

/** What is known of tags besides their samples: for keys of windows, and for rules. */
const TagEntry = z.object({
  tags: TagFilters,
  attributes: z.record(Text, Text),
})
export type TagEntry = z.output<typeof TagEntry>

/** What `window eval` needs and a gateway decides at the source, which alone knows what is still to come. */
const OF_THE_SOURCE = ['outOfOrderness', 'idleAfter', 'producers'] as const

const isBasic = (name: string): boolean => BASICS.some((basic) => basic === name)

/** A window as in `window eval`; one without `type` is tumbling. */
const Window = z.preprocess(
  (input) =>
    typeof input === 'object' && input !== null && !('type' in input) && !('window' in input)
      ? { type: 'tumbling', ...input }
      : input,
  checked(WindowConfig).superRefine((window, context) => {
    for (const key of OF_THE_SOURCE) {
      if (typeof window !== 'object' || window === null || !(key in window)) continue
      const expected = 'nothing: the source makes the watermark'
      const mend = `remove ${key}; see outOfOrderness and heartbeat of the collector`
      context.addIssue({ code: 'custom', path: [key], message: expected, params: { expected, mend } })
    }
    const { data } = WindowConfig.safeParse(window)
    const taken = data?.aggregates.find(({ fn, as }) => fn !== as && isBasic(as))
    if (taken === undefined) return
    const expected = `another name than ${taken.as}, which every summary has for itself`
    context.addIssue({ code: 'custom', path: ['aggregates'], message: expected, params: { expected } })
  }),
)

const Rule = checked(
  RuleConfig.superRefine((rule, context) => {
    const issue = ruleIssue(rule)
    if (issue === undefined) return
    const { path, expected, mend } = issue
    const params = { expected, ...(mend === undefined ? {} : { mend }) }
    context.addIssue({ code: 'custom', path: [...path], message: expected, params })
  }),
)

const haveOwnNames = (list: readonly unknown[]): boolean => {
  const names = list
    .map((entry) => (isNamed(entry) ? entry.name : undefined))
    .filter((name) => name !== undefined)
  return new Set(names).size === names.length
}

const isNamed = (entry: unknown): entry is { readonly name: string } =>
  typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string'

/** Also those that are named after their kind and size; what is wrong in itself is told elsewhere. */
const haveOwnWindowNames = (windows: readonly unknown[]): boolean => {
  const names = windows.flatMap((window) => {
    const { data } = WindowConfig.safeParse(window)
    return data === undefined ? [] : [toDefinition(data).name]
  })
  return new Set(names).size === names.length
}

export const ProcessorConfig = z
  .object({
    tags: z.array(TagEntry).max(DETECTIONS_MAX).prefault([]),
    /** Ten seconds: a line in a chart of an hour, and 1 % or less of the bytes of 100 Hz data. */
    windows: z
      .array(Window)
      .max(WINDOWS_MAX)
      .prefault([{ type: 'tumbling', tags: ['#'], size: '10s' }])
      .refine(
        haveOwnWindowNames,
        'windows with different names: where two have one kind and size, give one a name',
      ),
    detections: z
      .array(checked(Detection))
      .max(DETECTIONS_MAX)
      .prefault([])
      .refine(haveOwnNames, 'detections with different names'),
    rules: z.array(Rule).max(RULES_MAX).prefault([]).refine(haveOwnNames, 'rules with different names'),
    functions: z
      .array(FunctionConfig)
      .max(FUNCTIONS_MAX)
      .prefault([])
      .refine(haveOwnNames, 'functions with different names'),
    /** After a death this much of the log is computed again; each checkpoint is a synchronous write of what changed. */
    checkpointEvery: durationMs.prefault('10s').refine((ms) => ms >= 100, 'at least 100ms'),
  })
  .refine(
    ({ detections, rules }) => haveOwnNames([...detections, ...rules]),
    'rules and detections with different names: an alarm is known by them',
  )
export type ProcessorConfig = z.output<typeof ProcessorConfig>
