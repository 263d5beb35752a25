import type { Metrics } from '../../shared/component/host.ts'
import type { Sender } from '../../shared/handoff/sender.ts'
import type { Application } from '../../shared/processing/application.ts'

/** Names, helps and readings of everything the processor counts; all but the last two are exact over a death. */
export function reportFigures(metrics: Metrics, application: Application, sender: Sender): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge(`genba_processor_${name}`, help, read)
  const counters = () => application.counters()
  gauge('position_lsn', 'Newest log position that is processed', () => application.lsn)
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
  metrics.queue('outbox', () => sender.figures())
}
