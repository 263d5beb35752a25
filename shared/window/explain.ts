import type { Feeders } from './feeders.ts'
import type { KeyState } from './key-state.ts'
import type { OpenWindowInfo } from './keyed-windows.ts'

/** What is told without being asked for a key. */
const KEYS_MAX = 100
/** Of each definition. */
const WINDOWS_MAX = 20
/** Slowest first: those that matter. */
const PRODUCERS_MAX = 8

/** Why the windows of a key have not answered, or are not final. */
export interface KeyExplanation {
  readonly key: string
  /** Names of the definitions that are there for it, those being finished among them. */
  readonly definitions: readonly string[]
  /** -Infinity before any. */
  readonly watermarkUs: number
  /** Of the latest sample that was not quarantined; -Infinity before any. */
  readonly newestUs: number
  /** Those that decide the watermark, slowest first. */
  readonly producers: readonly { readonly name: string; readonly completeBeforeUs: number }[]
  readonly windows: readonly OpenWindowExplanation[]
}

export interface OpenWindowExplanation extends OpenWindowInfo {
  readonly window: string
  /** How far the watermark has to go; Infinity when only samples or an end of the stream decide. */
  readonly missingUs: number
}

export function explainKeys(
  states: Iterable<KeyState>,
  feeders: Feeders<KeyState>,
  key: string | undefined,
): KeyExplanation[] {
  const explanations: KeyExplanation[] = []
  for (const state of states) {
    if (explanations.length >= KEYS_MAX) break
    if (state.series.length === 0 || (key !== undefined && state.key !== key)) continue
    explanations.push(explain(state, feeders))
  }
  return explanations
}

function explain(state: KeyState, feeders: Feeders<KeyState>): KeyExplanation {
  const { key, series, newestUs } = state
  const completeBeforeUs = state.completeBeforeUs()
  // Keys look at watermarks only when something is due; an end leaves them where they were.
  const watermarkUs =
    completeBeforeUs === Infinity ? state.watermarkUs : Math.max(state.watermarkUs, completeBeforeUs)
  return {
    key,
    definitions: series.map(({ form }) => form.definition.name),
    watermarkUs,
    newestUs,
    producers: state.feeders
      .flatMap((feeder) => feeders.producersOf(feeder))
      .sort((a, b) => (a.completeBeforeUs < b.completeBeforeUs ? -1 : 1))
      .slice(0, PRODUCERS_MAX),
    windows: series.flatMap(({ form, windows }) =>
      windows.openWindows(WINDOWS_MAX).map((open) => ({
        ...open,
        window: form.definition.name,
        missingUs: Math.max(0, open.waitsForUs - watermarkUs),
      })),
    ),
  }
}
