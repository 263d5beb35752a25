import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { Flavour } from '../flavour.ts'
import type { Layout } from '../layout.ts'
import type { RotatingLog } from '../logs/rotating-log.ts'
import { type ComponentVariables, type InterpolationContext, interpolate } from '../recipe/interpolate.ts'
import type { Dependency, RecipeLifecycle, Step, StepName } from '../recipe/recipe.ts'
import { componentEnvironment } from './process/environment.ts'
import type { Limiter } from './process/resource-limits.ts'
import type { ScriptOptions, ScriptProcess, StartScript } from './process/script-process.ts'
import type { UserChoice } from './process/user-choice.ts'
import type { ProcessTable } from './process-table.ts'

export interface ScriptRunnerParts {
  readonly layout: Layout
  readonly flavour: Flavour
  readonly thing: string
  readonly region: string
  /** All components of the core: scripts may name those that theirs depends on. */
  readonly plan: readonly Runnable[]
  readonly processes: ProcessTable
  readonly limiter: Limiter
  readonly users: UserChoice
  readonly startScript: StartScript
  readonly configurationOf: (component: string) => JsonObject
  readonly tokenOf: (component: string) => string
}

/** What the runner has to know of a component. */
export interface Runnable {
  readonly name: string
  readonly version: string
  readonly dependencies: readonly Pick<Dependency, 'name'>[]
}

/** How a script of a component is run. */
export interface ScriptTask {
  readonly name: StepName
  /** Interpolated. */
  readonly step: Step
  /** Of the whole lifecycle, interpolated. */
  readonly setenv: Readonly<Record<string, string>>
  readonly runAs?: string | undefined
  readonly log: RotatingLog
}

/** Turns steps of recipes into processes: variables, environment, work folder, user, limits and log file. */
export class ScriptRunner {
  readonly #parts: ScriptRunnerParts

  constructor(parts: ScriptRunnerParts) {
    this.#parts = parts
  }

  start(component: Runnable, { name, step, setenv, runAs, log }: ScriptTask): ScriptProcess {
    const { layout, processes, limiter, users, startScript } = this.#parts
    // As on a Java core, what installs and cleans up has no limits.
    const isLimited = name === 'startup' || name === 'run'
    const cwd = layout.workPath(component.name)
    const options: ScriptOptions = {
      script: isLimited ? limiter.prefix(component.name) + step.script : step.script,
      cwd,
      env: this.#environment(component, [setenv, step.setenv]),
      user: users.choose({ component: component.name, runAs, isRoot: step.requiresPrivilege ?? false, cwd }),
      onLine: (stream, line) => log.write(stream === 'stdout' ? 'INFO' : 'WARN', stream, line),
    }
    const origin = { component: component.name, version: component.version, step: name }
    const process = startScript(options, origin)
    if (process.pid > 0) {
      if (isLimited) limiter.enter(component.name, process.pid)
      processes.add(process.pid)
      void process.ended.then(() => processes.remove(process.pid))
    }
    return process
  }

  /** A lifecycle as it runs with the present configuration. */
  interpolate(component: Runnable, { setenv, steps }: RecipeLifecycle): RecipeLifecycle {
    const context = this.#context(component)
    const fill = (text: string): string => interpolate(text, context)
    const fillAll = (values: Readonly<Record<string, string>>): Record<string, string> =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(value)]))
    const filled = Object.entries(steps).map(([name, step]): [string, Step] => [
      name,
      {
        ...step,
        script: fill(step.script),
        setenv: fillAll(step.setenv),
        ...(step.skipif === undefined ? {} : { skipif: fill(step.skipif) }),
      },
    ])
    return { setenv: fillAll(setenv), steps: Object.fromEntries(filled) }
  }

  #environment(
    { name }: Runnable,
    setenv: readonly Readonly<Record<string, string>>[],
  ): Record<string, string> {
    const { layout, thing, region, flavour, tokenOf } = this.#parts
    return componentEnvironment({
      token: tokenOf(name),
      socketPath: layout.socket,
      thing,
      region,
      nucleusVersion: flavour.version,
      setenv,
    })
  }

  #context(component: Runnable): InterpolationContext {
    const { layout, thing, flavour, plan } = this.#parts
    const named = component.dependencies.flatMap(({ name }) => plan.filter((other) => other.name === name))
    return {
      own: this.#variables(component),
      rootPath: layout.root,
      thingName: thing,
      dependencies: Object.fromEntries(named.map((other) => [other.name, this.#variables(other)])),
      flavour: flavour.name,
    }
  }

  #variables({ name, version }: Runnable): ComponentVariables {
    const { layout, configurationOf } = this.#parts
    return {
      configuration: configurationOf(name),
      artifactsPath: layout.artifactsPath(name, version),
      unarchivedPath: layout.unarchivedPath(name, version),
      workPath: layout.workPath(name),
    }
  }
}
