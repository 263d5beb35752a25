import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { PlannedComponent } from '../deployment.ts'
import type { Flavour } from '../flavour.ts'
import type { Layout } from '../layout.ts'
import type { RotatingLog } from '../logs/rotating-log.ts'
import { type ComponentVariables, type InterpolationContext, interpolate } from '../recipe/interpolate.ts'
import type { RecipeLifecycle, Step } from '../recipe/recipe.ts'
import { componentEnvironment } from './environment.ts'
import type { ProcessTable } from './process-table.ts'
import { type ScriptProcess, startScript } from './script-process.ts'

export interface ScriptRunnerParts {
  readonly layout: Layout
  readonly flavour: Flavour
  readonly thing: string
  readonly region: string
  readonly plan: readonly PlannedComponent[]
  readonly processes: ProcessTable
  readonly configurationOf: (component: string) => JsonObject
  readonly tokenOf: (component: string) => string
}

/** Turns steps of recipes into processes: variables, environment, work folder and log file. */
export class ScriptRunner {
  readonly #parts: ScriptRunnerParts

  constructor(parts: ScriptRunnerParts) {
    this.#parts = parts
  }

  start(component: PlannedComponent, step: Step, log: RotatingLog): ScriptProcess {
    const { layout, processes } = this.#parts
    const process = startScript({
      script: step.script,
      cwd: layout.workPath(component.name),
      env: this.#environment(component, step),
      onLine: (stream, line) => log.write(stream === 'stdout' ? 'INFO' : 'WARN', stream, line),
    })
    if (process.pid > 0) {
      processes.add(process.pid)
      void process.ended.then(() => processes.remove(process.pid))
    }
    return process
  }

  /** The lifecycle of the recipe as it runs with the present configuration. */
  lifecycleOf(component: PlannedComponent): RecipeLifecycle {
    const context = this.#context(component)
    const texts = (values: Readonly<Record<string, string>>): Record<string, string> =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, interpolate(value, context)]))
    const { setenv, steps } = component.manifest.lifecycle
    const interpolated = Object.entries(steps).map(([name, step]) => [
      name,
      { ...step, script: interpolate(step.script, context), setenv: texts(step.setenv) },
    ])
    return { setenv: texts(setenv), steps: Object.fromEntries(interpolated) }
  }

  #environment(component: PlannedComponent, step: Step): Record<string, string> {
    const { layout, thing, region, flavour, tokenOf } = this.#parts
    return componentEnvironment({
      token: tokenOf(component.name),
      socketPath: layout.socket,
      thing,
      region,
      nucleusVersion: flavour.version,
      setenv: [this.lifecycleOf(component).setenv, step.setenv],
    })
  }

  #context(component: PlannedComponent): InterpolationContext {
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

  #variables({ name, version }: PlannedComponent): ComponentVariables {
    const { layout, configurationOf } = this.#parts
    return {
      configuration: configurationOf(name),
      artifactsPath: layout.artifactsPath(name, version),
      unarchivedPath: layout.unarchivedPath(name, version),
      workPath: layout.workPath(name),
    }
  }
}
