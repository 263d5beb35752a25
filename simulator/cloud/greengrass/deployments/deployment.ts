import * as z from 'zod'
import { readJson } from '../../../../shared/bytes/json.ts'
import { Tags } from '../tags.ts'

const count = (max: number) => z.int().min(1).max(max)

const RunWith = z.object({
  posixUser: z.string().min(1).optional(),
  windowsUser: z.string().min(1).optional(),
  systemResourceLimits: z
    .object({ memory: z.number().min(0).optional(), cpus: z.number().min(0).optional() })
    .optional(),
})

const isObjectText = (text: string): boolean => {
  const value = readJson(text)
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** What a deployment says of one component. */
const ComponentSpecification = z.object({
  componentVersion: z.string().min(1).max(64),
  configurationUpdate: z
    .object({
      merge: z.string().refine(isObjectText, 'Must be the text of a JSON object').optional(),
      reset: z.array(z.string().regex(/^(\/.*)?$/, 'Must be a JSON pointer')).optional(),
    })
    .optional(),
  runWith: RunWith.optional(),
})

const Policies = z.object({
  failureHandlingPolicy: z.enum(['ROLLBACK', 'DO_NOTHING']).default('ROLLBACK'),
  componentUpdatePolicy: z
    .object({
      timeoutInSeconds: z.int().min(1).default(60),
      action: z.enum(['NOTIFY_COMPONENTS', 'SKIP_NOTIFY_COMPONENTS']).default('NOTIFY_COMPONENTS'),
    })
    .prefault({}),
  configurationValidationPolicy: z.object({ timeoutInSeconds: z.int().min(1).default(30) }).prefault({}),
})

/** "DeploymentIoTJobConfiguration", with the bounds of AWS IoT Jobs. */
const JobConfiguration = z.object({
  jobExecutionsRolloutConfig: z
    .object({
      maximumPerMinute: count(1000).optional(),
      exponentialRate: z
        .object({
          baseRatePerMinute: count(1000),
          incrementFactor: z.number().min(1).max(5),
          rateIncreaseCriteria: z
            .object({
              numberOfNotifiedThings: z.int().min(1).optional(),
              numberOfSucceededThings: z.int().min(1).optional(),
            })
            .refine(
              (criteria) => Object.values(criteria).filter((value) => value !== undefined).length === 1,
              'Either numberOfNotifiedThings or numberOfSucceededThings',
            ),
        })
        .optional(),
    })
    .optional(),
  abortConfig: z
    .object({
      criteriaList: z
        .array(
          z.object({
            failureType: z.enum(['FAILED', 'REJECTED', 'TIMED_OUT', 'ALL']),
            action: z.literal('CANCEL'),
            thresholdPercentage: z.number().gt(0).max(100),
            minNumberOfExecutedThings: z.int().min(1),
          }),
        )
        .min(1),
    })
    .optional(),
  timeoutConfig: z.object({ inProgressTimeoutInMinutes: count(10_080).optional() }).optional(),
})

/** Body of CreateDeployment. */
export const DeploymentRequest = z.object({
  targetArn: z.string().min(1),
  deploymentName: z.string().min(1).max(256).optional(),
  components: z
    .record(z.string().regex(/^[a-zA-Z0-9-_.]{1,128}$/, 'No component name'), ComponentSpecification)
    .default({}),
  iotJobConfiguration: JobConfiguration.optional(),
  deploymentPolicies: Policies.prefault({}),
  parentTargetArn: z.string().min(1).optional(),
  tags: Tags.optional(),
  clientToken: z.string().min(1).max(64).optional(),
})
export type DeploymentRequest = Readonly<z.output<typeof DeploymentRequest>>

/** What the one device of a thing deployment has said of it. */
const ThingReport = z.object({
  status: z.string(),
  statusDetails: z.record(z.string(), z.unknown()),
  modifiedMs: z.number(),
})

/** A deployment as the cloud keeps it: one revision of what a target is to run. */
export const Deployment = z.object({
  deploymentId: z.string(),
  target: z.object({ kind: z.enum(['thing', 'thinggroup']), name: z.string() }),
  targetArn: z.string(),
  parentTargetArn: z.string().optional(),
  revisionId: z.string(),
  deploymentName: z.string(),
  status: z.enum(['ACTIVE', 'COMPLETED', 'CANCELED', 'FAILED', 'INACTIVE']),
  isLatest: z.boolean(),
  /** Of deployments to groups. */
  iotJobId: z.string().optional(),
  /** Of deployments to things. */
  report: ThingReport.optional(),
  components: DeploymentRequest.shape.components,
  deploymentPolicies: DeploymentRequest.shape.deploymentPolicies,
  iotJobConfiguration: JobConfiguration.optional(),
  creationMs: z.number(),
  tags: z.record(z.string(), z.string()),
})
export type Deployment = Readonly<z.output<typeof Deployment>>
