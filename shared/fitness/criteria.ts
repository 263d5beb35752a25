import { figureOf, growthOf, type Heard, type HeardOf } from './heard.ts'

export interface FitnessSettings {
  /** Each has to report. */
  readonly components: readonly string[]
  /** What is not good by then speaks against the gateway. Milliseconds, as all of these. */
  readonly within: number
  /** The oldest frame that waits for the historian may be so old. */
  readonly acknowledgedWithin: number
  readonly latency: {
    /** Times the remembered one. */
    readonly timesMax: number
    /** Below it nothing is too slow. */
    readonly floor: number
    /** Fewer live frames are not judged. */
    readonly framesMin: number
    /** So many frames are waited for until then. */
    readonly within: number
  }
}

/** Of an earlier fit gateway. */
export interface Remembered {
  readonly latencyMs: number
  /** Of the component that has it. */
  readonly version: string
}

export interface Question {
  readonly heard: HeardOf
  /** Since the judging began. */
  readonly elapsedMs: number
  readonly remembered: Remembered | undefined
}

/** `waiting`: not good, but it may become so. `reason` says what is not good, or not known. */
export type Finding =
  | { readonly state: 'good'; readonly reason?: string }
  | { readonly state: 'waiting' | 'bad'; readonly reason: string }

const GOOD: Finding = { state: 'good' }

/** Health comes once a second. */
const SILENT_MS = 5000
/** Of a second message one can tell that the first was not the last. */
const MESSAGES_MIN = 2

/** A version that crashes, hangs or does not start says nothing. */
export function reports(component: string, { heard, elapsedMs }: Question): Finding {
  const told = heard.get(component)
  if (told === undefined) return { state: 'waiting', reason: `${component} does not report its health` }
  const silentMs = elapsedMs - told.newest.atMs
  if (silentMs >= SILENT_MS) {
    return { state: 'waiting', reason: `${component} has been silent for ${seconds(silentMs)}` }
  }
  if (told.count >= MESSAGES_MIN) return GOOD
  return { state: 'waiting', reason: `${component} has reported its health only once` }
}

export function takesConfiguration(component: string, { heard }: Question): Finding {
  const refused = heard.get(component)?.newest.message.configuration?.refused
  return refused === undefined
    ? GOOD
    : { state: 'bad', reason: `${component} refuses its configuration: ${refused}` }
}

/** The queue of every component that hands frames to the historian. */
const HAND_OFF = 'outbox'

/** The historian acknowledges what the component sends. */
export function handsOff(component: string, { heard }: Question, settings: FitnessSettings): Finding {
  const told = heard.get(component)
  const [before, now] = [waitingSince(told?.first), waitingSince(told?.newest)]
  if (now === undefined || now.ageMs <= settings.acknowledgedWithin) return GOOD
  // A long backlog is sent oldest first: it moves as soon as anything is acknowledged.
  if (before === undefined || now.sinceMs > before.sinceMs + AGE_NOISE_MS) return GOOD
  const frames = `${now.depth} frames of ${component}`
  return {
    state: 'waiting',
    reason: `${frames} wait for the historian, the oldest for ${seconds(now.ageMs)}`,
  }
}

/** Ages are rounded, and read a little before they are sent. */
const AGE_NOISE_MS = 200

/** Undefined when nothing waits. */
function waitingSince(told: Heard['first'] | undefined) {
  const queue = told?.message.queues.find(({ name }) => name === HAND_OFF)
  if (told === undefined || queue === undefined || queue.depth === 0) return undefined
  return { ...queue, sinceMs: told.atMs - queue.ageMs }
}

export function writes({ heard }: Question): Finding {
  if (figureOf(heard, 'genba_historian_write_refused') !== 1) return GOOD
  return { state: 'waiting', reason: 'the disk refuses the writes of the historian' }
}

/** What is in the log is processed. */
export function follows({ heard }: Question): Finding {
  const head = figureOf(heard, 'genba_historian_head_lsn')
  const position = figureOf(heard, 'genba_processor_position_lsn')
  if (head === undefined || position === undefined || position >= head) return GOOD
  if (growthOf(heard, 'genba_processor_position_lsn') > 0) return GOOD
  return {
    state: 'waiting',
    reason: `the log is processed up to ${position} of ${head}, and that does not move`,
  }
}

/** The live latency, undefined where too few frames came for one. */
export function latencyOf({ heard }: Question, { latency }: FitnessSettings): Remembered | undefined {
  const frames = figureOf(heard, 'genba_processor_live_frames') ?? 0
  const latencyMs = figureOf(heard, 'genba_processor_live_latency_ms')
  if (latencyMs === undefined || frames < latency.framesMin) return undefined
  const teller = [...heard.values()].find(
    ({ newest }) => 'genba_processor_live_latency_ms' in newest.message.metrics,
  )
  return { latencyMs, version: teller?.newest.message.version ?? '' }
}

/** Live data is processed about as fast as before. */
export function isFast(question: Question, settings: FitnessSettings): Finding {
  const { remembered, elapsedMs, heard } = question
  const { timesMax, floor, framesMin, within } = settings.latency
  // Where nothing is remembered, there is nothing to compare.
  if (remembered === undefined)
    return { state: 'good', reason: 'live latency is not judged: none is remembered' }
  const now = latencyOf(question, settings)
  if (now === undefined) {
    const frames = figureOf(heard, 'genba_processor_live_frames') ?? 0
    const reason = `live latency is not judged: ${frames} of ${framesMin} frames came`
    // On an idle gateway no more will come.
    return { state: frames === 0 || elapsedMs >= within ? 'good' : 'waiting', reason }
  }
  if (now.latencyMs <= Math.max(floor, timesMax * remembered.latencyMs)) return GOOD
  const [ms, beforeMs] = [now.latencyMs, remembered.latencyMs].map(Math.round)
  const reason = `live latency is ${ms} ms with version ${now.version}; it was ${beforeMs} ms with ${remembered.version}`
  return { state: 'waiting', reason }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
