import { ChartDetector } from './chart.ts'
import type { Detection } from './config.ts'
import { RunJudge } from './control-chart.ts'
import { CusumJudge } from './cusum.ts'
import type { Detector } from './detector.ts'
import { EwmaJudge } from './ewma.ts'
import { MissingDetector } from './missing.ts'
import { RateDetector } from './rate.ts'
import { SpectrumDetector } from './spectrum.ts'
import { StuckDetector } from './stuck.ts'
import { ThresholdDetector } from './threshold.ts'

export function createDetector(detection: Detection): Detector {
  switch (detection.type) {
    case 'threshold':
      return new ThresholdDetector(detection)
    case 'rate':
      return new RateDetector(detection)
    case 'ewma':
      return new ChartDetector(detection, new EwmaJudge(detection))
    case 'cusum':
      return new ChartDetector(detection, new CusumJudge(detection))
    case 'control-chart':
      return new ChartDetector(detection, new RunJudge(detection))
    case 'stuck':
      return new StuckDetector(detection)
    case 'missing':
      return new MissingDetector(detection)
    case 'spectrum':
      return new SpectrumDetector(detection)
  }
}

/**
 * What a detector's state stands on. A detection that is changed in anything else (limits, hold, text) goes on with
 * the state it has; one whose model changes begins anew.
 */
export function modelOf(detection: Detection): string {
  switch (detection.type) {
    case 'threshold':
    case 'stuck':
    case 'missing':
      return detection.type
    case 'rate':
      return JSON.stringify([detection.type, detection.over])
    case 'ewma':
      return JSON.stringify([detection.type, detection.baseline, detection.subgroup, detection.lambda])
    case 'cusum':
    case 'control-chart':
      return JSON.stringify([detection.type, detection.baseline, detection.subgroup])
    case 'spectrum':
      return JSON.stringify([detection.type, detection.samples, detection.envelope])
  }
}
