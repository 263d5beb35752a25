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
    const arrived = arrivalsOf(steps)
    const answered = new Map<number, Answered>()
    let live: readonly Arrived[] = []
    return steps.map((step, index) => {
      const isFinalBy = (watermarkUs: number, { endUs }: Session) => endUs + rules.latenessUs <= watermarkUs
      const own = arrived.filter((one) => one.step === index)
      const isTaken = (sample: Arrived) =>
        sessionsOf([...live, sample], rules).some(
          (session) => session.samples.includes(sample) && !isFinalBy(step.beforeUs, session),
        )
      let late = 0
      for (const sample of own) {
        if (isTaken(sample)) live = [...live, sample]
        else late++
      }
      const sessions = sessionsOf(live, rules)
      const withdrawn = withdraw(key, answered, sessions)
      const panes = sessions
        .filter(
          (session) => session.endUs <= step.afterUs && isChanged(session, answered.get(session.startUs)),
        )
        .map((session): OraclePane => {
          const { startUs, endUs, samples } = session
          const revision = (answered.get(startUs)?.revision ?? -1) + 1
          answered.set(startUs, { endUs, revision, samples })
          const isFinal = isFinalBy(step.afterUs, session)
          const timing = timingOf(endUs, step)
          return { key, startUs, endUs, revision, timing, isFinal, aggregates: aggregate(samples) }
        })
      const open = sessions.filter((session) => !isFinalBy(step.afterUs, session))
      for (const session of sessions) if (!open.includes(session)) answered.delete(session.startUs)
      live = open.flatMap(({ samples }) => samples)
      return { panes, withdrawn, late }
    })
  }

/** Forgets what was answered for a start at which no session begins any more. */
function withdraw(
  key: string,
  answered: Map<number, Answered>,
  sessions: readonly Session[],
): OracleWithdrawal[] {
  const gone = [...answered].filter(([startUs]) => !sessions.some((session) => session.startUs === startUs))
  for (const [startUs] of gone) answered.delete(startUs)
  return gone.map(([startUs, { endUs, revision }]) => ({ key, startUs, endUs, revision: revision + 1 }))
}

const isChanged = ({ endUs, samples }: Session, last: Answered | undefined): boolean =>
  last === undefined ||
  last.endUs !== endUs ||
  last.samples.length !== samples.length ||
  samples.some((sample, index) => sample !== last.samples[index])
