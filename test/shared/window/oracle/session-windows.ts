import {
  type Arrived,
  aggregate,
  arrivalsOf,
  inEventOrder,
  type KeyModel,
  type OraclePane,
  type OracleWithdrawal,
  timingOf,
} from './model.ts'

export interface SessionRules {
  readonly gapUs: number
  readonly maxDurationUs?: number
  readonly latenessUs: number
}

interface Session {
  readonly startUs: number
  readonly endUs: number
  readonly samples: readonly Arrived[]
}

/** Cuts samples into sessions, from the first on: where the gap has elapsed, and where a session has lasted long enough. */
function sessionsOf(
  samples: readonly Arrived[],
  { gapUs, maxDurationUs = Infinity }: SessionRules,
): Session[] {
  const groups: Arrived[][] = []
  for (const sample of inEventOrder(samples)) {
    const group = groups.at(-1)
    const firstUs = group?.[0]?.timeUs ?? -Infinity
    const lastUs = group?.at(-1)?.timeUs ?? -Infinity
    if (group !== undefined && sample.timeUs < Math.min(lastUs + gapUs, firstUs + maxDurationUs))
      group.push(sample)
    else groups.push([sample])
  }
  return groups.map((group) => {
    const startUs = group[0]?.timeUs ?? 0
    const lastUs = group.at(-1)?.timeUs ?? 0
    return { startUs, endUs: Math.min(lastUs + gapUs, startUs + maxDurationUs), samples: group }
  })
}

interface Answered {
  readonly endUs: number
  readonly revision: number
  readonly samples: readonly Arrived[]
}

/**
 * The sessions of one key. All samples of sessions that are not final are cut anew at each arrival; a final session
 * is forgotten with its samples.
 */
export const sessionWindows =
  (rules: SessionRules): KeyModel =>
  (key, steps) => {
    const { latenessUs } = rules
    const arrived = arrivalsOf(steps)
    const answered = new Map<number, Answered>()
    let live: readonly Arrived[] = []
    return steps.map((step, index) => {
      let late = 0
      for (const sample of arrived.filter((one) => one.step === index)) {
        const own = sessionsOf([...live, sample], rules).find(({ samples }) => samples.includes(sample))
        if (own === undefined || own.endUs + latenessUs <= step.beforeUs) late++
        else live = [...live, sample]
      }
      const sessions = sessionsOf(live, rules)
      const withdrawn: OracleWithdrawal[] = []
      for (const [startUs, { endUs, revision }] of answered) {
        if (sessions.some((session) => session.startUs === startUs)) continue
        withdrawn.push({ key, startUs, endUs, revision: revision + 1 })
        answered.delete(startUs)
      }
      const panes: OraclePane[] = []
      for (const { startUs, endUs, samples } of sessions) {
        const last = answered.get(startUs)
        const isChanged = last === undefined || last.endUs !== endUs || !isSame(last.samples, samples)
        if (endUs > step.afterUs || !isChanged) continue
        const revision = (last?.revision ?? -1) + 1
        const isFinal = endUs + latenessUs <= step.afterUs
        panes.push({
          key,
          startUs,
          endUs,
          revision,
          timing: timingOf(endUs, step),
          isFinal,
          aggregates: aggregate(samples),
        })
        answered.set(startUs, { endUs, revision, samples })
      }
      for (const { startUs, endUs } of sessions)
        if (endUs + latenessUs <= step.afterUs) answered.delete(startUs)
      live = sessions
        .filter(({ endUs }) => endUs + latenessUs > step.afterUs)
        .flatMap(({ samples }) => samples)
      return { panes, withdrawn, late }
    })
  }

const isSame = (a: readonly Arrived[], b: readonly Arrived[]): boolean =>
  a.length === b.length && a.every((sample, index) => sample === b[index])
