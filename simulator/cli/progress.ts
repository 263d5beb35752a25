import type { Output } from './output.ts'

/** Says on stderr how far something is that takes long: in place on a terminal, now and then elsewhere. */
export interface Progress {
  /** The text is made only when it is time to say it. */
  show(text: () => string): void
  end(): void
}

/** Longer than this, people want to see that something happens. */
const QUIET_MS = 2000
const IN_PLACE_MS = 250
const LINES_MS = 5000
const CLEAR_LINE = '\r\x1b[2K'

export function createProgress({ errorTerminal, note, noteInPlace }: Output): Progress {
  const { canRefresh, columns } = errorTerminal
  let dueMs = performance.now() + QUIET_MS
  let isShown = false
  return {
    show(text) {
      if (performance.now() < dueMs) return
      dueMs = performance.now() + (canRefresh ? IN_PLACE_MS : LINES_MS)
      if (canRefresh) noteInPlace(`${CLEAR_LINE}${text().slice(0, columns() - 1)}`)
      else note(text())
      isShown = true
    },
    end() {
      if (isShown && canRefresh) noteInPlace(CLEAR_LINE)
      isShown = false
    },
  }
}
