import type { Cell } from '../checkpoint/cell.ts'

/** A part of a state that is written by itself. */
export interface Tracked {
  /** On the list of changes for the next checkpoint. */
  isNoted: boolean
  /** In an earlier checkpoint. */
  isSaved: boolean
}

/** Which parts of a state have changed since the last checkpoint. */
export class Changes<T extends Tracked> {
  readonly #keyOf: (item: T) => string
  readonly #textOf: (item: T) => string
  readonly #changed = new Set<T>()
  #removed: string[] = []

  constructor(keyOf: (item: T) => string, textOf: (item: T) => string) {
    this.#keyOf = keyOf
    this.#textOf = textOf
  }

  note(item: T): void {
    if (item.isNoted) return
    item.isNoted = true
    this.#changed.add(item)
  }

  drop(item: T): void {
    this.#changed.delete(item)
    if (item.isSaved) this.#removed.push(this.#keyOf(item))
  }

  take(): Cell[] {
    const cells: Cell[] = this.#removed.map((key) => ({ key, text: undefined }))
    for (const item of this.#changed) {
      item.isNoted = false
      item.isSaved = true
      cells.push({ key: this.#keyOf(item), text: this.#textOf(item) })
    }
    this.#changed.clear()
    this.#removed = []
    return cells
  }
}
