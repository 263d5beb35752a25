import { isAbsolute } from 'node:path'
import * as z from 'zod'
import type { ConfigurationUpdate, FailureHandlingPolicy, RunWith } from './deployment-document.ts'
import { FailureHandling, present, RunWithFields, readFields, UpdateFields, Version } from './fields.ts'
import { runWithOf, updateOf } from './read-document.ts'

/** A local deployment, as the IPC operation CreateLocalDeployment asks for it. */
export interface DeploymentRequest {
  /** Edits the roots of this thing group; those of `LOCAL_DEPLOYMENT` when left out. */
  readonly groupName?: string
  readonly rootComponentVersionsToAdd?: Readonly<Record<string, string>>
  readonly rootComponentsToRemove?: readonly string[]
  readonly componentToConfiguration?: Readonly<Record<string, ConfigurationUpdate>>
  readonly componentToRunWithInfo?: Readonly<Record<string, RunWith>>
  /** An absolute path; holds `NAME-VERSION.json` or `.yaml`. */
  readonly recipeDirectoryPath?: string
  /** An absolute path; holds `NAME/VERSION/FILE`. */
  readonly artifactsDirectoryPath?: string
  readonly failureHandlingPolicy?: FailureHandlingPolicy
}

const Directory = z.string().refine(isAbsolute, { params: { expected: 'an absolute path' } })

const Request = z.object({
  groupName: z.string().nullish(),
  rootComponentVersionsToAdd: z.record(z.string().min(1), Version).nullish(),
  rootComponentsToRemove: z.array(z.string()).nullish(),
  componentToConfiguration: z.record(z.string(), UpdateFields).nullish(),
  componentToRunWithInfo: z.record(z.string(), RunWithFields).nullish(),
  recipeDirectoryPath: Directory.nullish(),
  artifactsDirectoryPath: Directory.nullish(),
  failureHandlingPolicy: FailureHandling.nullish(),
})

/** @throws NucleusError `GENBA_DEPLOYMENT_INVALID` */
export function readDeploymentRequest(value: unknown): DeploymentRequest {
  const { componentToConfiguration, componentToRunWithInfo, ...rest } = readFields(
    Request,
    value,
    'a local deployment',
  )
  return present({
    ...rest,
    componentToConfiguration: mapValues(componentToConfiguration, updateOf),
    componentToRunWithInfo: mapValues(componentToRunWithInfo, runWithOf),
  })
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>> | null | undefined,
  convert: (value: Value) => Result,
): Readonly<Record<string, Result>> | undefined {
  if (record == null) return undefined
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]))
}
