/** A part of a state as JSON text, so that a checkpoint writes what has changed and not everything. */
export interface Cell {
  readonly key: string
  /** Undefined when the cell is gone. */
  readonly text: string | undefined
}

export const withPrefix = (prefix: string, cells: readonly Cell[]): Cell[] =>
  cells.map(({ key, text }) => ({ key: prefix + key, text }))

/** The cells that `withPrefix` has marked, as they were. */
export const selectCells = (prefix: string, cells: readonly Cell[]): Cell[] =>
  cells
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, text }) => ({ key: key.slice(prefix.length), text }))
