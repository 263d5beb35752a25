import type * as z from 'zod'
import type { Host } from './host.ts'

/** A component as a value: its name, its one configuration schema, and what it does with a host. */
export interface ComponentDefinition<Schema extends z.ZodType = z.ZodType> {
  /** Greengrass component name, such as `genba.Collector`. */
  readonly name: string
  /** The version in its recipe. */
  readonly version: string
  readonly config: Schema
  /** Resolves once the component works; everything it does later hangs on the host's capabilities. */
  readonly run: (host: Host<z.output<Schema>>) => Promise<RunningComponent>
}

export interface RunningComponent {
  /** Hands over what it holds and stops; called once, before the process ends, and bounded in time by the host. */
  drain(): Promise<void>
}

/** Names the parts of a component and lets TypeScript infer the configuration from the schema. */
export function defineComponent<Schema extends z.ZodType>(
  definition: ComponentDefinition<Schema>,
): ComponentDefinition<Schema> {
  return definition
}
