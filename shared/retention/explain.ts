import { formatTimeUs } from '../time/time.ts'
import type { DiskForecast } from './forecast.ts'
import type { RetentionDecision, Verdict } from './precedence.ts'
import type { ThinningDecision } from './thinning.ts'

const VERDICTS: Readonly<Record<Verdict, string>> = {
  keep: 'stays',
  'may-delete': 'may be deleted',
  'must-reduce': 'must be reduced to rollups',
  'must-erase': 'must be erased',
}

/** A decision in lines for people, the verdict first, then why. */
export function explainRetention(decision: RetentionDecision): string[] {
  const { verdict, untilUs, reasons, isRestricted, isOverdue, dropAt } = decision
  const bound = reasons[0]?.rule === 'otherwise' ? 'until at most' : 'at least until'
  const until = untilUs === undefined ? '' : `, ${bound} ${formatTimeUs(untilUs)}`
  return [
    `${VERDICTS[verdict]}${until}`,
    ...reasons.map(({ rule, text }, index) => `${index === 0 ? 'because' : 'also'} ${rule}: ${text}`),
    ...(isRestricted
      ? ['restricted: erasure was asked for; to be used for nothing but the duty or the hold']
      : []),
    ...(isOverdue ? ['overdue: it would have to be erased, but must be kept'] : []),
    ...(dropAt === undefined || verdict !== 'keep'
      ? []
      : [`a full disk may drop it from the level ${dropAt} on`]),
  ]
}

/** What the disk needs, in lines for people. */
export function explainThinning({ level, alarm, drops, intake, reasons }: ThinningDecision): string[] {
  const freesBytes = drops.reduce((sum, drop) => sum + drop.freesBytes, 0)
  return [
    `disk level ${level}, alarm ${alarm}`,
    ...reasons,
    ...(drops.length === 0 ? [] : [`${drops.length} pieces go, oldest first: ${freesBytes} bytes`]),
    ...(intake.kind === 'by-priority' ? [`intake of a priority below ${intake.refuseBelow} is refused`] : []),
    ...(intake.kind === 'stop-intake' ? ['intake stops'] : []),
  ]
}

/** A forecast in one line. */
export function explainForecast(forecast: DiskForecast): string {
  switch (forecast.kind) {
    case 'full':
      return `full at ${formatTimeUs(forecast.atUs)}, growing ${Math.round(forecast.bytesPerDay)} bytes a day`
    case 'never':
      return `does not fill, growing ${Math.round(forecast.bytesPerDay)} bytes a day`
    case 'unknown':
      return `unknown: ${forecast.reason}`
  }
}
