import {
  type Finding,
  type FitnessSettings,
  follows,
  handsOff,
  isFast,
  latencyOf,
  type Question,
  type Remembered,
  reports,
  takesConfiguration,
  writes,
} from './criteria.ts'

export interface Fitness {
  readonly verdict: 'fit' | 'unfit' | 'undecided'
  /** Of an unfit gateway what is wrong, of an undecided one what is waited for, of a fit one what was not judged. */
  readonly reasons: readonly string[]
  /** What a fit gateway is remembered by; undefined where it could not be told. */
  readonly toRemember: Remembered | undefined
}

/** Whether the gateway works, as far as its components have said until now. */
export function judgeFitness(question: Question, settings: FitnessSettings): Fitness {
  const findings = findingsOf(question, settings)
  const of = (state: Finding['state']) =>
    findings.flatMap((each) => (each.state === state ? (each.reason ?? []) : []))
  const [bad, waiting] = [of('bad'), of('waiting')]
  if (bad.length > 0) return { verdict: 'unfit', reasons: bad, toRemember: undefined }
  if (waiting.length > 0) {
    const verdict = question.elapsedMs >= settings.within ? 'unfit' : 'undecided'
    return { verdict, reasons: waiting, toRemember: undefined }
  }
  return { verdict: 'fit', reasons: of('good'), toRemember: latencyOf(question, settings) }
}

function findingsOf(question: Question, settings: FitnessSettings): Finding[] {
  const { components } = settings
  const each = components.flatMap((component) => [
    takesConfiguration(component, question),
    reports(component, question),
    handsOff(component, question, settings),
  ])
  const ofWorking = [...each, writes(question), follows(question)]
  // As long as anything else is not good, the latency means nothing.
  return ofWorking.some(({ state }) => state !== 'good')
    ? ofWorking
    : [...ofWorking, isFast(question, settings)]
}
