import { SourceError } from '../../../../components/collector/errors.ts'
import type { GpioDriver, GpioLine } from '../../../../components/collector/gpio/driver.ts'

/** Lines that the test moves. */
export interface FakeDriver extends GpioDriver {
  readonly opened: GpioLine[]
  readonly closed: number[]
  set(line: number, level: 0 | 1): void
  fail(line: number, error: Error): void
}

export function createFakeDriver(lines: readonly number[]): FakeDriver {
  const levels = new Map<number, 0 | 1>(lines.map((line) => [line, 0]))
  const watchers = new Map<number, (error: Error | undefined, level: 0 | 1) => void>()
  const edges = new Map<number, GpioLine['edge']>()
  const opened: GpioLine[] = []
  const closed: number[] = []
  return {
    opened,
    closed,
    async open(line) {
      if (!levels.has(line.number)) {
        throw new SourceError('GENBA_GPIO_LINE', `GPIO line ${line.number} cannot be used`, { where: 'fake' })
      }
      opened.push(line)
      edges.set(line.number, line.edge)
      return {
        read: () => levels.get(line.number) ?? 0,
        watch: (onEdge) => watchers.set(line.number, onEdge),
        close: () => {
          watchers.delete(line.number)
          closed.push(line.number)
        },
      }
    },
    set(line, level) {
      levels.set(line, level)
      const edge = edges.get(line)
      const isSeen = edge === 'both' || (edge === 'rising') === (level === 1)
      if (isSeen) watchers.get(line)?.(undefined, level)
    },
    fail: (line, error) => watchers.get(line)?.(error, 0),
  }
}
