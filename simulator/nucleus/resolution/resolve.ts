import { newestFirst, satisfies } from '../recipe/version.ts'
import type { ComponentVersion } from './component-version.ts'
import { findCircle } from './find-circle.ts'
import { commonRange, type Requirement, Requirements } from './requirements.ts'
import { circle, endless, noVersion } from './resolution-error.ts'

/** The components that a thing group, or a local deployment, wants by itself. */
export interface RootGroup {
  readonly name: string
  /** Exact version of each root component. */
  readonly roots: Readonly<Record<string, string>>
}

/** Asked of whoever knows versions: which one of a component, given all who need it so far? */
export interface VersionQuestion {
  readonly component: string
  readonly requirements: readonly Requirement[]
  /** The range of what all of them take, as npm writes it. */
  readonly range: string
}

/** No core has that many; a component that comes back again and again would otherwise never end. */
const QUESTIONS_MAX = 10_000

/**
 * Resolves the components of a core as the Java nucleus does: from each root breadth first, each time to the version
 * that fits the requirements known so far; a component that gets a further requirement is asked for again, and what
 * only its former version needed is dropped. No choice is taken back: the first component without a version fails it.
 * SOFT dependencies count as HARD ones do. The questions are yielded, so that the answers may come from a list, a
 * disk or a cloud.
 *
 * @param deployed the group that is being deployed; cycles are looked for from its roots alone
 * @param others all other groups of the core, which are resolved first
 * @returns one version of each component, by name
 * @throws ResolutionError `cycle`; other failures are thrown by whoever answers
 */
export function* resolution(
  deployed: RootGroup,
  others: readonly RootGroup[],
): Generator<VersionQuestion, ReadonlyMap<string, ComponentVersion>, ComponentVersion> {
  const requirements = new Requirements()
  const resolved = new Map<string, ComponentVersion>()
  const roots = [...others, deployed].flatMap((group) =>
    Object.entries(group.roots).map(([component, range]) => ({ component, requirer: group.name, range })),
  )
  for (const { component, ...requirement } of roots) requirements.add(component, requirement)
  let questionCount = 0
  for (const root of roots) {
    const queue = [root.component]
    for (let component = queue.shift(); component !== undefined; component = queue.shift()) {
      const asked = requirements.of(component)
      if (asked.length === 0) continue
      if (++questionCount > QUESTIONS_MAX) throw endless(component)
      const chosen = yield { component, requirements: asked, range: commonRange(asked) }
      queue.push(...adopt(chosen, requirements, resolved))
    }
  }
  const trail = findCircle(Object.keys(deployed.roots), resolved)
  if (trail !== undefined) throw circle(trail)
  return resolved
}

/** @returns the components that the version needs, unless it was chosen before */
function adopt(
  chosen: ComponentVersion,
  requirements: Requirements,
  resolved: Map<string, ComponentVersion>,
): string[] {
  const former = resolved.get(chosen.name)
  if (former?.version === chosen.version) return []
  resolved.set(chosen.name, chosen)
  if (former !== undefined) dropNeedsOf(former, requirements, resolved)
  for (const { name, range } of chosen.dependencies) requirements.add(name, { requirer: chosen.name, range })
  return chosen.dependencies.map(({ name }) => name)
}

/** Withdraws what a version asked for; a component that nobody asks for any more goes, with what it asked for. */
function dropNeedsOf(
  { name, dependencies }: ComponentVersion,
  requirements: Requirements,
  resolved: Map<string, ComponentVersion>,
): void {
  for (const dependency of dependencies) {
    if (!requirements.withdraw(dependency.name, name)) continue
    const orphan = resolved.get(dependency.name)
    resolved.delete(dependency.name)
    if (orphan !== undefined) dropNeedsOf(orphan, requirements, resolved)
  }
}

/**
 * Resolves from versions that are all known: the newest that fits is taken.
 * @throws ResolutionError naming the components, who needs them and the ranges
 */
export function resolveComponents(
  deployed: RootGroup,
  others: readonly RootGroup[],
  available: readonly ComponentVersion[],
): ReadonlyMap<string, ComponentVersion> {
  const steps = resolution(deployed, others)
  let step = steps.next()
  while (step.done !== true) step = steps.next(newestThatFits(step.value, available))
  return step.value
}

/** @throws ResolutionError `not-found` or `conflict` */
export function newestThatFits(
  { component, requirements, range }: VersionQuestion,
  available: readonly ComponentVersion[],
): ComponentVersion {
  const versions = available.filter(({ name }) => name === component)
  const [newest] = versions
    .filter(({ version }) => satisfies(version, range))
    .sort((left, right) => newestFirst(left.version, right.version))
  if (newest !== undefined) return newest
  throw noVersion(
    component,
    requirements,
    versions.map(({ version }) => version),
  )
}
