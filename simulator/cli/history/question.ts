import type { Severity } from '../../../shared/frame/frame.ts'

/** What is read of each tag. */
export type HistoryRead =
  | { readonly kind: 'samples'; readonly qualities: readonly Severity[] }
  | { readonly kind: 'last' }
  | { readonly kind: 'picture'; readonly pointsMax: number; readonly method: 'm4' | 'lttb' }
  | { readonly kind: 'cells'; readonly widthUs: number }
  | { readonly kind: 'gaps'; readonly longerThanUs: number }
  | { readonly kind: 'reduced' }
  | { readonly kind: 'statistics'; readonly everySample: boolean }
  | { readonly kind: 'tags' }

export type HistoryFormat = 'csv' | 'jsonl'

/** One question to the store of a gateway, running or not; as JSON it goes through the control socket. */
export interface HistoryQuestion {
  /** MQTT-style filters; empty means every tag. */
  readonly tags: readonly string[]
  /** Inclusive. */
  readonly fromUs?: number | undefined
  /** Exclusive. */
  readonly toUs?: number | undefined
  readonly read: HistoryRead
}
