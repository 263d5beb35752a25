import { changedLeaves } from '../../state/changed-leaves.ts'
import type { CoreState } from '../../state/core-state.ts'
import { DeploymentFailure, failureOf } from '../failure/deployment-failure.ts'
import { bootstrapsOf, definitionsOfState, runBootstrap } from '../stages/bootstraps.ts'
import { nextState } from '../stages/next-state.ts'
import { deadline } from './deadline.ts'
import { type DeploymentOutcome, failed, SUCCESS } from './deployment-record.ts'
import type { EngineParts } from './engine-parts.ts'
import type { Journal, RecipeText } from './journal.ts'
import type { Prepared } from './prepare.ts'

/**
 * Writes the journal: from here on the deployment ends in the target or in the snapshot, whatever kills the core.
 * The state is computed from the present one, since components may have written configuration since the preparation.
 */
export function beginJournal({ document, groups, targets }: Prepared, parts: EngineParts): Journal {
  const { configuration, packages, flavour, journal } = parts
  const before = configuration.state()
  const after = nextState(before, { document, groups, targets }, flavour)
  const recipes = targets
    .map(({ name, version, candidate }) => ({ name, version, text: candidate.recipeText }))
    .filter(({ name, version, text }) => packages.recipeText(name, version) !== text)
  const replaced = recipes.flatMap(({ name, version }): RecipeText[] => {
    const text = packages.recipeText(name, version)
    return text === undefined ? [] : [{ name, version, text }]
  })
  const begun: Journal = {
    deploymentId: document.deploymentId,
    stage: 'merging',
    policy: document.failureHandlingPolicy,
    snapshot: { state: before, recipes: replaced },
    target: { state: after, recipes },
    bootstraps: bootstrapsOf({ before, after, targets }, parts),
  }
  journal.write(begun)
  return begun
}

/**
 * Carries out what a journal says, from wherever it was left: to the target, or back to the snapshot.
 * @throws the reason of `stopping`, with the journal as it stands
 */
export async function carryOut(
  journal: Journal,
  parts: EngineParts,
  stopping: AbortSignal,
): Promise<DeploymentOutcome> {
  if (journal.stage === 'rolling-back') return rollBack(journal, parts, stopping)
  const limit = deadline(parts.timer, parts.timeLimitMs, stopping)
  try {
    await merge(journal, parts, limit.signal)
    return SUCCESS
  } catch (error) {
    stopping.throwIfAborted()
    const failure = failureOf(limit.signal.aborted ? tooLong(parts.timeLimitMs) : error)
    parts.log.write('ERROR', 'deployment', `${journal.deploymentId}: ${failure.message}`)
    const { message, errorStack, errorTypes } = failure
    // Lite has no way back: what was merged stays.
    if (journal.policy === 'DO_NOTHING' || parts.flavour.name === 'lite') {
      commit(journal, parts, new Set())
      return failed('FAILED_ROLLBACK_NOT_REQUESTED', failure)
    }
    const turned: Journal = {
      ...journal,
      stage: 'rolling-back',
      failure: { message, errorStack, errorTypes },
    }
    parts.journal.write(turned)
    return await rollBack(turned, parts, stopping)
  } finally {
    parts.runtime.components.strict(namesOf(journal.target.state, parts), false)
    limit.clear()
  }
}

const tooLong = (limitMs: number): DeploymentFailure =>
  new DeploymentFailure(
    ['COMPONENT_UPDATE_ERROR', 'DEPLOYMENT_TIMED_OUT'],
    `the components were not all running or finished within ${limitMs} ms`,
  )

async function merge(journal: Journal, parts: EngineParts, signal: AbortSignal): Promise<void> {
  const { deploymentId, snapshot, target } = journal
  const { configuration, runtime, onStage } = parts
  const isMerged = [mergingRevision(journal), deploymentId].includes(configuration.state().revision)
  if (!isMerged) {
    if (journal.bootstraps.length > 0) await bootstrap(journal, parts, signal)
    await onStage('merging', deploymentId)
    writeRecipes(target.recipes, parts)
    configuration.replace(mergingState(journal))
    await onStage('merged', deploymentId)
  }
  const names = namesOf(target.state, parts)
  runtime.components.strict(names, true)
  runtime.install(restartsOf(snapshot.state, target.state, parts))
  runtime.components.start()
  runtime.components.reinstallBroken(names)
  parts.onChanged()
  await onStage('settling', deploymentId)
  await settle(names, parts, signal)
  await onStage('removing', deploymentId)
  const obsolete = [...configuration.state().components.keys()].filter(
    (name) => !target.state.components.has(name),
  )
  // Those that need others go before them: the state has them in the order of their dependencies.
  for (const name of obsolete.reverse()) await runtime.components.remove(name)
  commit(journal, parts, new Set(obsolete))
  await onStage('committed', deploymentId)
}

const mergingRevision = ({ deploymentId }: Journal): string => `merging ${deploymentId}`
const rolledBackRevision = ({ deploymentId }: Journal): string => `rolled back ${deploymentId}`

/** What is obsolete runs on until the new is there, and the groups change at the end. */
function mergingState(journal: Journal): CoreState {
  const { snapshot, target } = journal
  const components = new Map([...snapshot.state.components, ...target.state.components])
  return { components, groups: snapshot.state.groups, revision: mergingRevision(journal) }
}

/** The state at the end, with what the components have written meanwhile. */
function commit(
  { deploymentId, target }: Journal,
  { configuration, onChanged }: EngineParts,
  obsolete: ReadonlySet<string>,
): void {
  const components = new Map([...configuration.state().components].filter(([name]) => !obsolete.has(name)))
  configuration.replace({ components, groups: target.state.groups, revision: deploymentId })
  onChanged()
}

/** Lite restarts what a deployment configures otherwise; java only what now runs otherwise. */
function restartsOf(before: CoreState, after: CoreState, { flavour }: EngineParts): ReadonlySet<string> {
  if (flavour.name !== 'lite') return new Set()
  const changed = [...after.components].filter(([name, { configuration }]) => {
    const running = before.components.get(name)
    return running !== undefined && changedLeaves(running.configuration, configuration).length > 0
  })
  return new Set(changed.map(([name]) => name))
}

const namesOf = ({ components }: CoreState, { flavour }: EngineParts): string[] =>
  [...components.keys()].filter((name) => !flavour.ownComponents.includes(name))

/** @throws DeploymentFailure COMPONENT_BROKEN; the signal's reason */
async function settle(
  names: readonly string[],
  { runtime }: EngineParts,
  signal: AbortSignal,
): Promise<void> {
  const { broken } = await runtime.components.settled(names, signal)
  if (broken.length === 0) return
  const reasons = broken.map(({ name, reason }) => `${name} is broken: ${reason}`)
  throw new DeploymentFailure(['COMPONENT_UPDATE_ERROR', 'COMPONENT_BROKEN'], reasons.join('; '))
}

function writeRecipes(recipes: readonly RecipeText[], { packages }: EngineParts): void {
  for (const { name, version, text } of recipes) packages.writeRecipe(name, version, text)
}

/**
 * The nucleus restarts for bootstrap steps: everything ends, the steps run one after the other, and all that starts
 * afterwards starts anew, with new tokens. Lite runs them beside what is running.
 */
async function bootstrap(journal: Journal, parts: EngineParts, signal: AbortSignal): Promise<void> {
  const { runtime, flavour, log, onStage } = parts
  if (flavour.name === 'java') await runtime.renew(parts.cutIpc)
  writeRecipes(journal.target.recipes, parts)
  const definitions = definitionsOfState(journal.target.state, parts)
  for (const [index, name] of journal.bootstraps.entries()) {
    await onStage('bootstrapping', journal.deploymentId)
    const definition = definitions.get(name)
    if (definition === undefined) continue
    const asked = await runBootstrap(definition, signal, parts)
    if (asked !== undefined)
      log.write('INFO', 'deployment', `${name} asks for ${asked} after its bootstrap step`)
    parts.journal.write({ ...journal, bootstraps: journal.bootstraps.slice(index + 1) })
  }
}

/** The old versions whose recipe asks for it have their bootstrap step run once more. */
async function bootstrapAgain(
  { snapshot, target, deploymentId }: Journal,
  parts: EngineParts,
  signal: AbortSignal,
): Promise<void> {
  for (const definition of definitionsOfState(snapshot.state, parts).values()) {
    const { name, version, lifecycle } = definition
    const isReplaced = target.state.components.get(name)?.version !== version
    if (!isReplaced || lifecycle.steps.bootstrap?.bootstrapOnRollback !== true) continue
    await parts.onStage('bootstrapping', deploymentId)
    await runBootstrap(definition, signal, parts)
  }
}

async function rollBack(
  journal: Journal,
  parts: EngineParts,
  stopping: AbortSignal,
): Promise<DeploymentOutcome> {
  const { deploymentId, snapshot, target } = journal
  const { configuration, runtime, onStage } = parts
  const failure = journal.failure ?? { message: '', errorStack: [], errorTypes: [] }
  const limit = deadline(parts.timer, parts.timeLimitMs, stopping)
  const revision = rolledBackRevision(journal)
  try {
    await onStage('rolling-back', deploymentId)
    if (configuration.state().revision !== revision) {
      writeRecipes(snapshot.recipes, parts)
      configuration.replace({ ...snapshot.state, revision })
    }
    const added = namesOf(target.state, parts).filter((name) => !snapshot.state.components.has(name))
    for (const name of added.reverse()) await runtime.components.remove(name)
    const names = namesOf(snapshot.state, parts)
    await bootstrapAgain(journal, parts, limit.signal)
    runtime.components.strict(names, true)
    runtime.install()
    runtime.components.start()
    runtime.components.reinstallBroken(names)
    parts.onChanged()
    await settle(names, parts, limit.signal)
    await onStage('rolled-back', deploymentId)
    return failed('FAILED_ROLLBACK_COMPLETE', failure)
  } catch (error) {
    stopping.throwIfAborted()
    const reason = failureOf(limit.signal.aborted ? tooLong(parts.timeLimitMs) : error)
    const message = `${failure.message}; and the way back failed: ${reason.message}`
    return failed('FAILED_UNABLE_TO_ROLLBACK', { ...failure, message })
  } finally {
    runtime.components.strict(namesOf(snapshot.state, parts), false)
    limit.clear()
  }
}
