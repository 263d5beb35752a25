import * as z from 'zod'
import { groupNameOf } from '../groups/target.ts'
import type {
  ConfigurationUpdate,
  DeployedComponent,
  DeploymentDocument,
  RunWith,
} from './deployment-document.ts'
import { FailureHandling, present, RunWithFields, readFields, UpdateFields, Version } from './fields.ts'

/** The API's default, for the notification of components (developer guide, "Create deployments"). */
const NOTIFY_TIMEOUT_S = 60
/** The device's own fallback where the document names no time (DeploymentConfigurationValidationPolicy). */
export const VALIDATION_TIMEOUT_S = 20

const Target = z.string().refine((arn) => groupNameOf(arn) !== undefined, {
  params: { expected: 'the ARN of a thing or a thing group' },
})

const Component = z.object({
  version: Version,
  runWith: RunWithFields.nullish(),
  configurationUpdate: UpdateFields.nullish(),
})

const Document = z.object({
  deploymentId: z.string().min(1),
  deploymentName: z.string().nullish(),
  configurationArn: z.string().min(1),
  creationTimestamp: z.number().int().nonnegative(),
  targetArn: Target,
  parentTargetArn: Target.nullish(),
  failureHandlingPolicy: FailureHandling.default('ROLLBACK'),
  componentUpdatePolicy: z
    .object({
      timeout: z.number().nonnegative().default(NOTIFY_TIMEOUT_S),
      action: z.enum(['NOTIFY_COMPONENTS', 'SKIP_NOTIFY_COMPONENTS']).default('NOTIFY_COMPONENTS'),
    })
    .default({ timeout: NOTIFY_TIMEOUT_S, action: 'NOTIFY_COMPONENTS' }),
  configurationValidationPolicy: z
    .object({ timeout: z.number().nonnegative().default(VALIDATION_TIMEOUT_S) })
    .default({ timeout: VALIDATION_TIMEOUT_S }),
  components: z.record(z.string().min(1), Component),
})

/**
 * Reads what the control plane sends, as a job document or in the shadow. Unknown keys are ignored, as by a core.
 * @throws NucleusError `GENBA_DEPLOYMENT_INVALID`
 */
export function readDeploymentDocument(value: unknown): DeploymentDocument {
  const { deploymentName, parentTargetArn, components, ...rest } = readFields(
    Document,
    value,
    'a deployment document',
  )
  return {
    ...rest,
    ...present({ deploymentName, parentTargetArn }),
    components: Object.fromEntries(
      Object.entries(components).map(([name, component]) => [name, componentOf(component)]),
    ),
  }
}

function componentOf({
  version,
  runWith,
  configurationUpdate,
}: z.output<typeof Component>): DeployedComponent {
  return {
    version,
    ...(runWith == null ? {} : { runWith: runWithOf(runWith) }),
    ...(configurationUpdate == null ? {} : { configurationUpdate: updateOf(configurationUpdate) }),
  }
}

export function runWithOf({ posixUser, systemResourceLimits }: z.output<typeof RunWithFields>): RunWith {
  return present({
    posixUser,
    systemResourceLimits: systemResourceLimits == null ? undefined : present(systemResourceLimits),
  })
}

export const updateOf = ({ merge, reset }: z.output<typeof UpdateFields>): ConfigurationUpdate =>
  present({ merge, reset })
