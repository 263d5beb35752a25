import * as z from 'zod'
import { AggregateSpecs } from '../aggregate/spec.ts'
import { GenbaError } from '../errors/genba-error.ts'
import type { Condition, WindowDefinition } from './definition.ts'

const ConditionText = z.object({ text: z.string() })

const WindowText = z.discriminatedUnion('type', [
  z.object({ type: z.literal('tumbling'), sizeUs: z.number(), offsetUs: z.number() }),
  z.object({ type: z.literal('hopping'), sizeUs: z.number(), hopUs: z.number(), offsetUs: z.number() }),
  z.object({
    type: z.literal('sliding'),
    lengthUs: z.number(),
    delayUs: z.number(),
    when: ConditionText.exactOptional(),
  }),
  z.object({ type: z.literal('session'), gapUs: z.number(), maxDurationUs: z.number().exactOptional() }),
  z.object({ type: z.literal('count'), size: z.number(), every: z.number() }),
  z.object({
    type: z.literal('state'),
    begin: ConditionText,
    end: ConditionText,
    maxDurationUs: z.number(),
  }),
  z.object({ type: z.literal('run') }),
  z.object({
    type: z.literal('calendar'),
    unit: z.enum(['shift', 'day', 'month']),
    zone: z.string(),
    startsAt: z.array(z.string()),
  }),
])

const DefinitionText = z.object({
  name: z.string(),
  tags: z.array(z.string()),
  key: z.discriminatedUnion('by', [
    z.object({ by: z.literal('tag') }),
    z.object({ by: z.literal('all') }),
    z.object({ by: z.literal('levels'), levels: z.array(z.number()) }),
    z.object({ by: z.literal('attribute'), attribute: z.string() }),
  ]),
  window: WindowText,
  allowedLatenessUs: z.number(),
  lateFlushUs: z.number(),
  aggregates: z.array(
    z.object({ fn: z.string(), as: z.string(), params: z.record(z.string(), z.unknown()) }),
  ),
  emitEmpty: z.object({ limit: z.number() }).exactOptional(),
  early: z
    .object({ everyUs: z.number().exactOptional(), everySamples: z.number().exactOptional() })
    .exactOptional(),
})

/**
 * A definition that a checkpoint holds. Conditions are there as texts only; they are taken from the definitions of
 * now or compiled again.
 *
 * @throws ZodError for what is no definition
 * @throws GenbaError `GENBA_WINDOW_CONDITION` for a condition that nobody brings
 */
export function readDefinition(
  saved: unknown,
  definitions: readonly WindowDefinition[],
  compile: ((text: string) => Condition) | undefined,
): WindowDefinition {
  const { window, aggregates, ...rest } = DefinitionText.parse(saved)
  const condition = ({ text }: { text: string }) => conditionOf(text, definitions, compile)
  // As a configuration writes them: parameters stand beside the name.
  const specs = AggregateSpecs.parse(aggregates.map(({ fn, as, params }) => ({ ...params, fn, as })))
  const common = { ...rest, aggregates: specs }
  if (window.type === 'sliding') {
    const { when, ...sliding } = window
    return { ...common, window: when === undefined ? sliding : { ...sliding, when: condition(when) } }
  }
  if (window.type === 'state')
    return { ...common, window: { ...window, begin: condition(window.begin), end: condition(window.end) } }
  return { ...common, window }
}

function conditionOf(
  text: string,
  definitions: readonly WindowDefinition[],
  compile: ((text: string) => Condition) | undefined,
): Condition {
  for (const { window } of definitions) {
    const own =
      window.type === 'sliding' ? [window.when] : window.type === 'state' ? [window.begin, window.end] : []
    const known = own.find((condition) => condition?.text === text)
    if (known !== undefined) return known
  }
  if (compile !== undefined) return compile(text)
  throw new GenbaError('GENBA_WINDOW_CONDITION', 'a checkpoint names a condition that is no more', {
    issues: [{ received: text, mend: 'give the engine what compiles conditions' }],
  })
}
