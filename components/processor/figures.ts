import type { Metrics } from '../../shared/component/host.ts'
import type { FunctionPool } from '../../shared/function/pool.ts'
import type { Sender } from '../../shared/handoff/sender.ts'
import type { Application } from '../../shared/processing/application.ts'
import type { Effects } from './effects/effects.ts'
import type { Inquiries } from './effects/inquiries.ts'

import type { LiveLatency } from './live-latency.ts'

export interface FigureParts {
  readonly application: Application
  readonly sender: Sender
  readonly effects: Effects
  readonly inquiries: Pick<Inquiries, 'counters'>
  readonly functions: FunctionPool
  readonly latency: Pick<LiveLatency, 'count' | 'medianMs'>
}

/** Names, helps and readings of everything the processor counts; what it has computed is exact over a death. */
export function reportFigures(
  metrics: Metrics,
  { application, sender, effects, inquiries, functions, latency }: FigureParts,
): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge(`genba_processor_${name}`, help, read)
  const counters = () => application.counters()
  gauge('position_lsn', 'Newest log position that is processed', () => application.lsn)
  gauge('live_frames', 'Frames processed as the bus brought them, since the start', () => latency.count)
  gauge('live_latency_ms', 'Median of the newest, from their arrival until they were processed', () =>
    latency.medianMs(),
  )
  gauge('windows_emitted', 'Windows answered for the first time', () => counters().emitted)
  gauge(
    'windows_revised',
    'Windows answered again because late samples changed them',
    () => counters().revised,
  )
  gauge('samples_late', 'Samples too late for every window', () => counters().lateSamples)
  gauge('samples_quarantined', 'Samples too far ahead to be believed', () => counters().quarantinedSamples)
  gauge(
    'samples_refused',
    'Samples that the bound on open windows or tags left out',
    () => counters().refusedSamples,
  )
  gauge(
    'windows_closed_early',
    'Windows made final early by the bound on open windows',
    () => counters().closedEarly,
  )
  gauge('records_oversized', 'Summaries and alarms too long for a frame', () => counters().oversized)
  gauge('frames_unreadable', 'Damaged frames of the log', () => counters().unreadable)
  gauge('alarms_raised', 'Alarms raised', () => counters().raised)
  gauge('alarms_cleared', 'Alarms cleared', () => counters().cleared)
  gauge('alarms_active', 'Alarms raised and not cleared', () => counters().activeAlarms)
  gauge('windows_open', 'Windows held in memory', () => counters().openWindows)
  gauge('actions_done', 'Actions of rules since the start', () => effects.counters.done)
  gauge('actions_failed', 'Actions given up after all attempts', () => effects.counters.failed)
  gauge('actions_overflowed', 'Actions left out: too many were under way', () => effects.counters.overflowed)
  gauge('actions_expired', 'Actions left out: their sample was too old', () => effects.counters.expired)
  gauge(
    'inquiries_failed',
    'Messages without an answer from outside, and their actions that could not be made',
    () => inquiries.counters.failed,
  )
  gauge(
    'inquiries_overflowed',
    'Messages left out: too many waited for answers from outside',
    () => inquiries.counters.overflowed,
  )
  gauge('deadlines_missed', 'Actions done after the deadline of their rule', () => effects.missed)
  gauge(
    'inputs_set_aside',
    'Inputs of functions that failed their retries',
    () => functions.figures().setAside,
  )
  metrics.queue('outbox', () => sender.figures())
}
