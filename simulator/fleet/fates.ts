import { createHash } from 'node:crypto'

/** What becomes of a gateway that is given a version which it does not have yet. */
export type Fate = 'works' | 'fails' | 'vanishes'

/** Shares of the gateways, from 0 to 1, and what chooses them. */
export interface FateOptions {
  readonly seed: number
  /** Their new version ends with exit code 1. */
  readonly failing: number
  /** They lose their connection in the middle of the deployment; such as would fail, fail. */
  readonly vanishing: number
}

/** @returns the fate of a version on a gateway */
export type Fates = (thing: string, version: string) => Fate

const RANGE = 2 ** 48

/**
 * Chooses by a hash, so that a rehearsal can be repeated. The name of the component is no part of the choice: where one
 * deployment brings several components of the same version, the share of gateways is still what was asked for.
 */
export function createFates({ seed, failing, vanishing }: FateOptions): Fates {
  return (thing, version) => {
    const digest = createHash('sha256').update(`${seed}/${thing}/${version}`).digest()
    const place = digest.readUIntBE(0, 6) / RANGE
    if (place < failing) return 'fails'
    return place < failing + vanishing ? 'vanishes' : 'works'
  }
}
