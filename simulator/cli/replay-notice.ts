import { formatCount } from './figures.ts'
import type { Gateway } from './gateway.ts'
import type { Output } from './output.ts'
import { type ReplayParts, readProgress } from './replay-watch.ts'

/** Says on stderr how far a replay is: in place on a terminal, now and then elsewhere. */
export interface ReplayNotice {
  /** To be called once a second. */
  show(): void
  end(): void
}

const SECONDS_BETWEEN_LINES = 5
const SECONDS_STUCK = 20
const CLEAR_LINE = '\r\x1b[2K'

export function createReplayNotice(output: Output, gateway: Gateway, parts: ReplayParts): ReplayNotice {
  const { canRefresh, columns } = output.errorTerminal
  let seconds = 0
  let secondsStuck = 0
  let fingerprint = ''
  return {
    show: () => {
      const progress = readProgress(parts)
      secondsStuck = progress.fingerprint === fingerprint ? secondsStuck + 1 : 0
      fingerprint = progress.fingerprint
      seconds++
      const text = [
        `replay: ${formatCount(Math.max(0, progress.sourcesFinished))} of ${parts.sourceCount} files read`,
        `${formatCount(Math.max(0, progress.samplesStored))} samples stored`,
        `${formatCount(progress.summariesReceived)} of ${formatCount(Math.max(0, progress.summariesCreated))} summaries received`,
        ...(secondsStuck >= SECONDS_STUCK
          ? [`nothing moves for ${secondsStuck} s (${reason(gateway)})`]
          : []),
      ].join(', ')
      if (canRefresh) output.noteInPlace(`${CLEAR_LINE}${text.slice(0, columns() - 1)}`)
      else if (seconds % SECONDS_BETWEEN_LINES === 0) output.note(text)
    },
    end: () => {
      if (canRefresh) output.noteInPlace(CLEAR_LINE)
    },
  }
}

function reason({ nucleus, isLinkUp }: Gateway): string {
  const notRunning = nucleus
    .components()
    .filter(({ state }) => state !== 'RUNNING' && state !== 'FINISHED')
    .map(({ name, state }) => `${name} is ${state}`)
  const all = [...notRunning, ...(isLinkUp() ? [] : ['the link is down'])]
  return all.length === 0 ? 'all components run' : all.join(', ')
}
