import type { JsonObject } from '../../../../shared/bytes/json.ts'
import { type ConfigMap, EMPTY_MAP, toJson } from '../../configuration/tree.ts'
import { changedLeaves } from '../../state/changed-leaves.ts'
import type { CoreState } from '../../state/core-state.ts'
import type { ComponentState } from '../../status.ts'
import type { Validation } from '../../validation.ts'
import { DeploymentFailure } from '../failure/deployment-failure.ts'

export interface ValidationContext {
  readonly validation: Validation
  readonly stateOf: (component: string) => ComponentState | undefined
  readonly deploymentId: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Lets the running components whose version stays and whose configuration changes judge what they would get.
 * @throws DeploymentFailure COMPONENT_CONFIGURATION_NOT_VALID when one refuses or does not answer in time
 */
export async function validateConfiguration(
  before: CoreState,
  after: CoreState,
  { validation, stateOf, ...question }: ValidationContext,
): Promise<void> {
  const asked = [...after.components].flatMap(([name, { version, configuration }]) => {
    const running = before.components.get(name)
    const stays = running?.version === version && stateOf(name) === 'RUNNING'
    return stays && hasChanged(running.configuration, configuration) ? [{ name, configuration }] : []
  })
  const answers = await Promise.all(
    asked.map(async ({ name, configuration }) => {
      const refusal = await validation.ask(name, {
        ...question,
        configuration: toJson(configuration) as JsonObject,
      })
      return refusal === undefined ? [] : [`${name} refuses the configuration: ${refusal}`]
    }),
  )
  const refusals = answers.flat()
  if (refusals.length > 0) {
    throw new DeploymentFailure(['COMPONENT_CONFIGURATION_NOT_VALID'], refusals.join('; '))
  }
}

const hasChanged = (before: ConfigMap | undefined, after: ConfigMap): boolean =>
  changedLeaves(before ?? EMPTY_MAP, after).length > 0
