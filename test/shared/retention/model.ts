import type { RetentionDecision } from '../../../shared/retention/precedence.ts'

/**
 * What should happen to a piece of data, told from the diary of a site that knows the true time: no versions, no clocks, no
 * scopes; whole days, and each question answered by reading the diary from its start.
 */

export const TAGS = ['a/x', 'a/y', 'b/x'] as const
export type Tag = (typeof TAGS)[number]

export interface ModelClass {
  readonly keepAtLeast: number
  readonly keepAtMost: number | undefined
  readonly worm: boolean
}
/** What each tag's class is, spelt out. */
export type ModelLaw = Readonly<Record<Tag, ModelClass>>

export interface ModelPiece {
  readonly tag: Tag
  readonly subject: string
  readonly eventDay: number
  readonly form: 'raw' | 'rollup'
  /** What the gateway wrote for the day of receipt, right or wrong: a hold's range is read against what is written. */
  readonly stampDay: number
}

export type Entry =
  | { readonly kind: 'law'; readonly law: ModelLaw }
  | { readonly kind: 'came'; readonly id: string; readonly day: number; readonly piece: ModelPiece }
  | {
      readonly kind: 'hold'
      readonly id: string
      readonly tags: readonly Tag[]
      readonly from: number
      readonly to: number
    }
  | { readonly kind: 'lift'; readonly id: string }
  | { readonly kind: 'erasure'; readonly subject: string; readonly day: number }

export class Diary {
  readonly entries: Entry[] = []

  #came(id: string) {
    const index = this.entries.findIndex((entry) => entry.kind === 'came' && entry.id === id)
    const entry = this.entries[index]
    if (entry?.kind !== 'came') throw new Error(`no piece ${id}`)
    return { index, ...entry }
  }

  isHeld(id: string): boolean {
    const { piece } = this.#came(id)
    const inRange = (at: number, from: number, to: number) => at >= from && at <= to
    return this.entries.some(
      (entry) =>
        entry.kind === 'hold' &&
        entry.tags.includes(piece.tag) &&
        (inRange(piece.eventDay, entry.from, entry.to) || inRange(piece.stampDay, entry.from, entry.to)) &&
        !this.entries.some((other) => other.kind === 'lift' && other.id === entry.id),
    )
  }

  #laws(tag: Tag, fromIndex: number): { present: ModelClass; since: ModelClass[] } {
    let present: ModelClass = { keepAtLeast: 0, keepAtMost: undefined, worm: false }
    const since: ModelClass[] = []
    for (const [index, entry] of this.entries.entries()) {
      if (index === fromIndex) since.push(present)
      if (entry.kind !== 'law') continue
      present = entry.law[tag]
      if (index > fromIndex) since.push(present)
    }
    return { present, since }
  }

  /** The longest of what is promised now and of what any worm law has promised since the piece came. */
  dutyOf(id: string): number {
    const { index, piece } = this.#came(id)
    const { present, since } = this.#laws(piece.tag, index)
    return Math.max(present.keepAtLeast, ...since.filter(({ worm }) => worm).map((each) => each.keepAtLeast))
  }

  limitOf(id: string): number | undefined {
    const { index, piece } = this.#came(id)
    return this.#laws(piece.tag, index).present.keepAtMost
  }

  /** Age in true days, of the later of event and receipt. */
  ageOf(id: string, today: number): number {
    const { piece, day } = this.#came(id)
    return today - Math.max(piece.eventDay, day)
  }

  isToBeErased(id: string): boolean {
    const { piece } = this.#came(id)
    return this.entries.some(
      (entry) => entry.kind === 'erasure' && entry.subject === piece.subject && piece.eventDay <= entry.day,
    )
  }

  mustStay(id: string, today: number): boolean {
    return this.isHeld(id) || this.ageOf(id, today) < this.dutyOf(id)
  }

  verdictOn(id: string, today: number, diskShare: number): RetentionDecision['verdict'] {
    if (this.mustStay(id, today)) return 'keep'
    if (this.isToBeErased(id)) return 'must-erase'
    if (this.ageOf(id, today) >= (this.limitOf(id) ?? Number.POSITIVE_INFINITY)) return 'must-erase'
    const { piece } = this.#came(id)
    const goesAt = this.dutyOf(id) > 0 ? 85 : piece.form === 'raw' ? 90 : 95
    return diskShare >= goesAt ? 'may-delete' : 'keep'
  }
}
