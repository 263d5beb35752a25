/**
 * A part of a state as a small JSON text, so that a checkpoint writes what has changed and not everything: all cells
 * that a machine ever gave, the later of one key over the earlier, are its state.
 */
export interface Cell {
  /** Unique in its machine. */
  readonly key: string
  /** JSON; undefined when the cell is gone. */
  readonly text: string | undefined
}

/** The cells of a part, told from those of other parts. */
export const withPrefix = (prefix: string, cells: readonly Cell[]): Cell[] =>
  cells.map(({ key, text }) => ({ key: prefix + key, text }))

/** The cells that `withPrefix` has marked, as they were. */
export const selectCells = (prefix: string, cells: readonly Cell[]): Cell[] =>
  cells
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, text }) => ({ key: key.slice(prefix.length), text }))
