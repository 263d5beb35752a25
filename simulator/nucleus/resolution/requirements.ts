import { intersectRanges } from '../recipe/version.ts'

/** One component or group that asks for another component, and the versions it takes. */
export interface Requirement {
  readonly requirer: string
  /** As npm writes ranges. */
  readonly range: string
}

/** Who asks for what, while components are being resolved. */
export class Requirements {
  readonly #ranges = new Map<string, Map<string, string>>()

  add(component: string, { requirer, range }: Requirement): void {
    const ranges = this.#ranges.get(component) ?? new Map<string, string>()
    this.#ranges.set(component, ranges.set(requirer, range))
  }

  /** @returns true when nobody asks for the component any more */
  withdraw(component: string, requirer: string): boolean {
    const ranges = this.#ranges.get(component)
    ranges?.delete(requirer)
    return ranges === undefined || ranges.size === 0
  }

  of(component: string): Requirement[] {
    return [...(this.#ranges.get(component) ?? [])].map(([requirer, range]) => ({ requirer, range }))
  }
}

/** The range of the versions that all take. */
export const commonRange = (requirements: readonly Requirement[]): string =>
  intersectRanges(requirements.map(({ range }) => range))
