import * as z from 'zod'
import { type Comparable, changeOf } from '../../nucleus/lifecycle/machine/change.ts'
import type { MachineSpec } from '../../nucleus/lifecycle/machine/events.ts'
import { STEP_NAMES, STEP_TIMEOUT_S, type Step } from '../../nucleus/recipe/recipe.ts'
import type { CaseOutcome } from './check.ts'
import { LifecycleTrial } from './lifecycle-trial.ts'

/** One exit code for all executions of a step, or one each; null for a script that does not end by itself. */
const Exit = z.union([z.number().nullable(), z.array(z.number().nullable())])

const CaseStep = z.object({ exit: Exit.optional(), timeoutMs: z.number().optional() })

const CaseComponent = z.object({
  name: z.string(),
  steps: z.partialRecord(z.enum(STEP_NAMES), CaseStep),
  dependencies: z.record(z.string(), z.enum(['HARD', 'SOFT'])).default({}),
})
export type CaseComponent = z.output<typeof CaseComponent>

const CHANGES = [
  'configuration',
  'run',
  'startup',
  'setenv',
  'shutdown',
  'install',
  'runWith',
  'systemResourceLimits',
] as const
type ChangedPart = (typeof CHANGES)[number] | 'version'

const CaseEvent = z.intersection(
  z.object({ atMs: z.number() }),
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('tick') }),
    z.object({ do: z.enum(['start', 'stop']), component: z.string() }),
    z.object({ do: z.literal('exit'), component: z.string(), code: z.number() }),
    z.object({ do: z.literal('updateState'), component: z.string(), state: z.enum(['RUNNING', 'ERRORED']) }),
    z.object({ do: z.literal('configChange'), component: z.string(), change: z.enum(CHANGES) }),
    z.object({ do: z.literal('upgrade'), component: z.string() }),
  ]),
)
type CaseEvent = z.output<typeof CaseEvent>

const LifecycleCase = z.object({
  components: z.array(CaseComponent),
  events: z.array(CaseEvent),
  expect: z.object({
    states: z.record(z.string(), z.array(z.string())).default({}),
    final: z.record(z.string(), z.string()),
    /** `X:STATE` occurs for the first time earlier than the other. */
    before: z.array(z.tuple([z.string(), z.string()])).optional(),
  }),
})
type Expected = z.output<typeof LifecycleCase>['expect']

/** Puts the events of a case through the state machine of the Java nucleus, on a clock that stands between them. */
export function checkLifecycleCase(line: unknown): CaseOutcome {
  const { components, events, expect: expected } = LifecycleCase.parse(line)
  const trial = new LifecycleTrial(components)
  const definitions = new Map(components.map((component) => [component.name, definitionOf(component)]))
  for (const [name, definition] of definitions) trial.add(name, specOf(definition))
  for (const event of events) {
    trial.advanceTo(event.atMs)
    perform(trial, event, definitions)
  }
  const actual = answerOf(trial, expected)
  return JSON.stringify(actual) === JSON.stringify(answerShape(expected))
    ? { passed: true }
    : { passed: false, expected, actual }
}

function perform(trial: LifecycleTrial, event: CaseEvent, definitions: Map<string, Definition>): void {
  switch (event.do) {
    case 'tick':
      return
    case 'exit':
      trial.exit(event.component, event.code)
      return
    case 'start':
    case 'stop': {
      const names = event.component === '*' ? [...definitions.keys()] : [event.component]
      trial.handle(
        names.map((component) => ({ type: 'ask', component, request: event.do, reason: event.do })),
      )
      return
    }
    case 'updateState':
      trial.handle([{ type: 'report', component: event.component, state: event.state }])
      return
    case 'configChange':
    case 'upgrade': {
      const before = definitions.get(event.component)
      if (before === undefined) return
      const after = changed(before, event.do === 'upgrade' ? 'version' : event.change)
      definitions.set(event.component, after)
      const spec = specOf(after)
      trial.handle([{ type: 'replace', component: event.component, spec, ...changeOf(before, after) }])
    }
  }
}

/** A component as a deployment knows it; what differs between two is what their texts say. */
interface Definition extends Comparable {
  readonly dependencies: MachineSpec['dependencies']
}

function definitionOf({ steps, dependencies }: CaseComponent): Definition {
  const named = STEP_NAMES.flatMap((name) => {
    const step = steps[name]
    return step === undefined ? [] : [[name, stepOf(name, step.timeoutMs)] as const]
  })
  return {
    version: '1.0.0',
    dependencies: Object.entries(dependencies).map(([name, type]) => ({ name, type })),
    lifecycle: { setenv: {}, steps: Object.fromEntries(named) },
  }
}

function stepOf(name: (typeof STEP_NAMES)[number], timeoutMs?: number): Step {
  const defaultS = STEP_TIMEOUT_S[name]
  return { script: name, timeoutMs: timeoutMs ?? (defaultS === null ? null : defaultS * 1000), setenv: {} }
}

function changed(before: Definition, part: ChangedPart): Definition {
  const { lifecycle } = before
  switch (part) {
    case 'configuration':
    case 'systemResourceLimits':
      // In neither the scripts nor what they are run with: limits are put on what runs already.
      return { ...before }
    case 'version':
      return { ...before, version: `${before.version}.1` }
    case 'runWith':
      return { ...before, runAs: `${before.runAs ?? ''}other` }
    case 'setenv':
      return {
        ...before,
        lifecycle: { ...lifecycle, setenv: { VALUE: `${lifecycle.setenv['VALUE'] ?? ''}x` } },
      }
    default: {
      const step = lifecycle.steps[part] ?? stepOf(part)
      const steps = { ...lifecycle.steps, [part]: { ...step, script: `${step.script} changed` } }
      return { ...before, lifecycle: { ...lifecycle, steps } }
    }
  }
}

const specOf = ({ lifecycle, dependencies }: Definition): MachineSpec => ({
  steps: lifecycle.steps,
  dependencies,
})

/** What came, in the shape of what is expected: without the components that the case leaves open. */
function answerOf(trial: LifecycleTrial, expected: Expected): Expected {
  const entered = trial.entered.map(({ name, state }) => `${name}:${state}`)
  const isBefore = ([first, second]: readonly [string, string]): boolean => {
    const [from, to] = [entered.indexOf(first), entered.indexOf(second)]
    return from >= 0 && to >= 0 && from < to
  }
  return answerShape({
    states: Object.fromEntries(Object.keys(expected.states).map((name) => [name, trial.statesOf(name)])),
    final: Object.fromEntries(Object.keys(expected.final).map((name) => [name, trial.stateOf(name) ?? ''])),
    before: expected.before?.filter(isBefore),
  })
}

const answerShape = ({ states, final, before }: Expected): Expected => ({
  states,
  final,
  ...(before === undefined ? {} : { before }),
})
