/** What the GPIO source needs of a driver; the tests give their own. */
export interface GpioDriver {
  /**
   * Takes a line as an input.
   *
   * @throws SourceError `GENBA_GPIO_LINE` when the line does not exist, is taken, or may not be used
   */
  open(line: GpioLine): Promise<GpioInput>
}

export interface GpioLine {
  /** The number that sysfs has for it. */
  readonly number: number
  readonly edge: 'rising' | 'falling' | 'both'
  /** Levels are inverted by the driver, so that 1 is always active. */
  readonly activeLow: boolean
}

export interface GpioInput {
  /** The level now: 1 is active. */
  read(): 0 | 1
  /** Called at each edge with the level after it, or with what went wrong. */
  watch(onEdge: (error: Error | undefined, level: 0 | 1) => void): void
  close(): void
}
