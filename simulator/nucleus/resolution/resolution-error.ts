import { NucleusError } from '../errors.ts'
import { newestFirst, satisfies } from '../recipe/version.ts'
import type { Requirement } from './requirements.ts'

/**
 * `not-found`: some requirement is met by no version there is; `conflict`: each is met, but not all by one version;
 * `cycle`: components need each other in a circle.
 */
export type ResolutionFailure = 'not-found' | 'conflict' | 'cycle'

/** Components that cannot be brought together. Nothing has been changed. */
export class ResolutionError extends NucleusError {
  readonly failure: ResolutionFailure
  /** The component for which no version was found, or those of the circle in order. */
  readonly components: readonly string[]

  constructor(failure: ResolutionFailure, components: readonly string[], ...rest: ConstructorParts) {
    super('GENBA_RECIPE_DEPENDENCY', ...rest)
    this.name = 'ResolutionError'
    this.failure = failure
    this.components = components
  }
}

type ConstructorParts = [message: string, issues: ConstructorParameters<typeof NucleusError>[2]]

/** @param versions every version of the component that there is to choose from */
export function noVersion(
  component: string,
  requirements: readonly Requirement[],
  versions: readonly string[],
): ResolutionError {
  const unmet = requirements.filter(({ range }) => !versions.some((version) => satisfies(version, range)))
  const known = versions.length === 0 ? 'no version at all' : [...versions].sort(newestFirst).join(', ')
  if (unmet.length > 0 || requirements.length === 0) {
    return new ResolutionError(
      'not-found',
      [component],
      `no version of ${component} fits what is asked of it`,
      [
        {
          where: component,
          expected: describe(unmet),
          received: known,
          mend: `provide such a version of ${component}, or ask for one that there is`,
        },
      ],
    )
  }
  return new ResolutionError('conflict', [component], `no version of ${component} fits all that need it`, [
    {
      where: component,
      expected: `one version for all of: ${describe(requirements)}`,
      received: known,
      mend: 'change one of these requirements, or remove one of those that ask',
    },
  ])
}

export function circle(trail: readonly string[]): ResolutionError {
  return new ResolutionError('cycle', trail, 'components depend on each other in a circle', [
    { where: trail.join(' → '), mend: 'remove one of these dependencies' },
  ])
}

/** Versions that keep replacing each other. */
export function endless(component: string): ResolutionError {
  return new ResolutionError(
    'conflict',
    [component],
    `the versions of ${component} keep changing each other`,
    [{ where: component, mend: 'give an exact version of it' }],
  )
}

const describe = (requirements: readonly Requirement[]): string =>
  requirements.map(({ requirer, range }) => `${range === '' ? '*' : range} for ${requirer}`).join(', ')
