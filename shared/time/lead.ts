/**
 * When is a time stamp too far ahead to be believed? A machine whose clock jumped years ahead would close every
 * window up to then. Live samples are held against the wall clock; rows of a file, which may be of any year,
 * against their neighbours.
 */

/** True when a live sample claims to be more than `leadUs` in the future. */
export function isAheadOfWallClock(timeUs: number, wallUs: number, leadUs: number): boolean {
  return timeUs > wallUs + leadUs
}

/** Five neighbours on each side: two wrong stamps in a row are outvoted, and a real gap is believed after three rows. */
const NEIGHBOURS = 5

export interface NeighbourCheckOptions {
  readonly leadUs: number
  /** Rows looked at on each side. */
  readonly neighbours?: number
  /** `accepted` of the check that decided the row before the first one here; empty at the start of a file. */
  readonly accepted?: readonly number[]
}

/**
 * Judges the rows of a file in order, each after `neighbours` more have been seen.
 *
 * A row is too far ahead when its time less the lead is later than the median of the accepted rows before it
 * *and* later than the median of the rows after it. So a gap, after which all rows are late, is data; so is an
 * earlier hour that comes again. The first rows have only rows after them to be judged by. The very last has only
 * rows before it: it is too far ahead when it leaves the latest of them by more than the lead and by more than
 * all of them span; a last row that follows a single one is believed. So are two late rows at the very end: they
 * vouch for each other as two rows after a gap would.
 *
 * The verdicts depend on nothing but `accepted` and the rows from the first undecided one on: a source that keeps
 * `accepted` beside the position of its last decided row resumes with the same verdicts.
 */
export interface NeighbourCheck {
  /** Takes the next row; returns the verdict on the oldest undecided one (true: too far ahead) once it is known. */
  push(timeUs: number): boolean | undefined
  /** No more rows come: the verdicts on those still undecided, oldest first. */
  end(): boolean[]
  /** Times of the last accepted rows, oldest first: the whole state besides the undecided rows. */
  readonly accepted: readonly number[]
}

export function createNeighbourCheck(options: NeighbourCheckOptions): NeighbourCheck {
  const { leadUs, neighbours = NEIGHBOURS } = options
  const accepted = [...(options.accepted ?? [])].slice(-neighbours)
  const undecided: number[] = []

  const decide = (): boolean => {
    const timeUs = undecided.shift() ?? 0
    const ahead =
      undecided.length === 0
        ? leavesAllBefore(timeUs, accepted, leadUs)
        : leaves(timeUs, accepted, leadUs) && leaves(timeUs, undecided, leadUs)
    if (!ahead) {
      accepted.push(timeUs)
      if (accepted.length > neighbours) accepted.shift()
    }
    return ahead
  }

  return {
    push(timeUs) {
      undecided.push(timeUs)
      return undecided.length > neighbours ? decide() : undefined
    },
    end() {
      const verdicts: boolean[] = []
      while (undecided.length > 0) verdicts.push(decide())
      return verdicts
    },
    get accepted() {
      return [...accepted]
    },
  }
}

/** True when there are no neighbours on this side: then the other side decides. */
function leaves(timeUs: number, neighboursUs: readonly number[], leadUs: number): boolean {
  return neighboursUs.length === 0 || isAboveMedian(timeUs - leadUs, neighboursUs)
}

function leavesAllBefore(timeUs: number, acceptedUs: readonly number[], leadUs: number): boolean {
  if (acceptedUs.length < 2) return false
  const latestUs = Math.max(...acceptedUs)
  return timeUs - latestUs > Math.max(leadUs, latestUs - Math.min(...acceptedUs))
}

/**
 * Counts instead of sorting: this runs twice a row. Of an even number the lower of the two middle values is the
 * median: a mean of them would be the time of no row.
 */
function isAboveMedian(limitUs: number, valuesUs: readonly number[]): boolean {
  let below = 0
  for (const valueUs of valuesUs) if (valueUs < limitUs) below += 1
  return below > (valuesUs.length - 1) >> 1
}
