/** One benchmark: what `bench/main.ts` lists and runs. */
export interface Benchmark {
  readonly name: string
  /** One line: what is measured, against what. */
  readonly summary: string
  /**
   * @param progress takes a line for a person who waits; never part of the result
   * @param args what stands after the name on the command line, such as `--data FILE`
   */
  run(progress: (line: string) => void, args: readonly string[]): Promise<BenchResult> | BenchResult
}

/** Numbers by name; nested where a figure is given for each of several inputs. */
export interface Figures {
  readonly [name: string]: number | Figures
}

/** A figure that the project promises; `reached` is judged on the machine at hand. */
export interface Goal {
  readonly wanted: number
  readonly measured: number
  readonly reached: boolean
}

export interface BenchResult {
  readonly figures: Figures
  /** Against the other ways, which ran on the same input; goals say which of them are better large, and which small. */
  readonly ratios: Figures
  readonly goals: Readonly<Record<string, Goal>>
}

export function atLeast(wanted: number, measured: number): Goal {
  return { wanted, measured, reached: measured >= wanted }
}

export function atMost(wanted: number, measured: number): Goal {
  return { wanted, measured, reached: measured <= wanted }
}
