import { join } from 'node:path'
import type { Shadows } from '../../shadow/shadows.ts'
import type { ComponentMetric } from './component-metric.ts'
import { openMetricLog } from './metric-log.ts'
import type { SecretVault } from './secret.ts'
import { openShadows } from './shadow-file.ts'

/** What the components of AWS keep that the operations beside the nucleus's own are about. */
export interface AddOns {
  readonly shadows: Shadows
  readonly secrets: SecretVault
  readonly keepMetric: (component: string, metric: ComponentMetric) => void
}

/** Opens it below a core's root: shadows in the work folder of aws.greengrass.ShadowManager, metrics in `telemetry`. */
export const openAddOns = (rootDir: string, secrets: SecretVault): AddOns => ({
  shadows: openShadows(join(rootDir, 'work', 'aws.greengrass.ShadowManager', 'shadows.json')),
  secrets,
  keepMetric: openMetricLog(join(rootDir, 'telemetry')),
})
