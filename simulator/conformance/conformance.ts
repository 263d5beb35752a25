import { ALPHA_RIGHTS } from './components.ts'
import type { Identity } from './emulated-core.ts'
import { ConformanceError } from './errors.ts'
import { openFrameClient } from './frame-client.ts'
import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts'
import { readRecording } from './recording.ts'
import { FRAMES } from './recordings/frames.ts'
import { SESSION } from './recordings/session.ts'
import { type Difference, replay } from './replay.ts'

/** In this order: the session reads the configuration as it was deployed, and the frames write to it. */
const RECORDINGS = [
  ['session', SESSION],
  ['frames', FRAMES],
] as const

export interface ConformanceReport {
  readonly steps: number
  readonly explained: readonly (Difference & { readonly reason: string })[]
  readonly unexplained: readonly Difference[]
  /** Differences with a reason that did not show: the reason may be out of date. */
  readonly gone: readonly KnownDifference[]
}

export interface ConformanceOptions extends Identity {
  readonly core: KnownDifference['core']
  readonly region: string
  readonly answerMs: number
  readonly nowMs: number
}

/**
 * Replays every recording against a core, and sorts what differs by whether there is a reason for it.
 * @throws ConformanceError when the core cannot be asked as com.example.Alpha
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { core, socketPath, token, region, answerMs, nowMs } = options
  await checkAccess(options)
  const known = KNOWN_DIFFERENCES.filter((difference) => difference.core === core)
  const differences: Difference[] = []
  let stepCount = 0
  for (const [name, text] of RECORDINGS) {
    const steps = readRecording(text, { token, region, rights: ALPHA_RIGHTS, nowMs })
    stepCount += steps.length
    differences.push(...(await replay(name, steps, { socketPath, answerMs })))
  }
  const reasonOf = (difference: Difference) => known.find((one) => isSameStep(one, difference))?.reason
  return {
    steps: stepCount,
    explained: differences.flatMap((difference) => {
      const reason = reasonOf(difference)
      return reason === undefined ? [] : [{ ...difference, reason }]
    }),
    unexplained: differences.filter((difference) => reasonOf(difference) === undefined),
    gone: known.filter((one) => !differences.some((difference) => isSameStep(one, difference))),
  }
}

/** Before anything is compared: with a wrong path or token every step would differ. */
async function checkAccess({ socketPath, token, answerMs }: ConformanceOptions): Promise<void> {
  const client = openFrameClient(socketPath)
  client.connect(JSON.stringify({ authToken: token }))
  const [answer] = await client.take(1, answerMs)
  client.close()
  if (client.failure !== undefined) {
    throw new ConformanceError('GENBA_CORE_UNREACHABLE', 'no core listens there', {
      where: socketPath,
      received: client.failure,
      mend: 'give the path of the socket of a running core',
    })
  }
  if (answer?.headers[':message-type'] === CONNECT_ACK) return
  throw new ConformanceError('GENBA_CORE_REFUSES', 'the core does not take the token', {
    where: socketPath,
    received: answer?.line ?? `nothing within ${answerMs} ms`,
    mend: 'read the token of com.example.Alpha again: it is a new one after every start of the component',
  })
}

const CONNECT_ACK = 5

type StepName = Pick<Difference, 'recording' | 'step'>

const isSameStep = (left: StepName, right: StepName): boolean =>
  left.recording === right.recording && left.step === right.step
