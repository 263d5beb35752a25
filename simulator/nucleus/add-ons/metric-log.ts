import { openLog } from '../logs/rotating-log.ts'
import type { ComponentMetric } from './component-metric.ts'

/** Writes down metrics, one log a component as the nucleus has its own telemetry; each is opened with its first metric. */
export function openMetricLog(directory: string): (component: string, metric: ComponentMetric) => void {
  return (component, metric) => {
    const log = openLog(directory, component)
    log.write('INFO', component, JSON.stringify(metric))
    log.close()
  }
}
