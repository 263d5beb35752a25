import { firstValueFrom } from 'rxjs'
import { AnswerDesk } from '../../shared/asking/answer-desk.ts'
import { defineComponent } from '../../shared/component/define-component.ts'
import type { Host } from '../../shared/component/host.ts'
import { parseCommit } from '../../shared/contract/commit.ts'
import { ProcessorRequest } from '../../shared/contract/processor-request.ts'
import { Producer } from '../../shared/contract/producers.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { createSender } from '../../shared/handoff/sender.ts'
import type { OutputPosition } from '../../shared/processing/application-head.ts'
import { settingsOf } from '../../shared/processing/settings.ts'
import { createHistorianClient, type HistorianClient } from '../../shared/reading/historian-client.ts'
import { createNudge, type Nudge } from '../../shared/time/nudge.ts'
import { answerRequest } from './answers.ts'
import { dropCheckpoint, restore } from './checkpoint.ts'
import { ProcessorConfig } from './config.ts'
import type { Reflex } from './effects/reflex.ts'
import { reportFigures } from './figures.ts'
import { followLog, LOG_REPLACED, replacedLog } from './follower.ts'
import { DRAIN_MS, OUTBOX_BYTES, REQUESTS_MAX } from './limits.ts'
import { readLiveFrame } from './live-frame.ts'
import { LiveLatency } from './live-latency.ts'
import { LiveTail } from './live-tail.ts'
import { Orders } from './orders.ts'
import { Outputs } from './outputs.ts'
import { Processor, type ProcessorParts } from './processor.ts'
import { openReactions, type Reactions } from './reactions.ts'

/** Windows, detections and rules over the historian's log; what they find back into it, and acted on. */
export const processor = defineComponent({
  name: 'genba.Processor',
  version: '0.1.0',
  config: ProcessorConfig,
  run,
})

/** Records can be made again from the log. */
const HANDED_OVER = { limits: { memoryBytes: OUTBOX_BYTES, spillBytes: 0 }, spill: false }

async function run(host: Host<ProcessorConfig>) {
  const { identity, bus, scheduler, clock, log, lifecycle } = host
  let config = await firstValueFrom(host.config$)
  let wanted = settingsOf(config)
  const closing = new AbortController()
  const { signal } = closing
  const nudge = createNudge(scheduler)
  const store = await host.store.open('checkpoint')
  const application = await restore(store, identity, wanted, log)
  const reactions = await openReactions(host, {
    config: () => config,
    compiled: () => application.compiled,
    signal,
  })
  const updates = host.config$.subscribe((update) => {
    config = update
    wanted = settingsOf(update)
    reactions.reconfigure(update)
    nudge.call()
  })
  const orders = new Orders(() => nudge.call())
  const requests = new AnswerDesk({
    schema: ProcessorRequest,
    atOnceMax: REQUESTS_MAX,
    bus,
    log,
    answer: (request) => answerRequest({ ...reactions, application, orders, clock }, request),
  })
  const tail = new LiveTail()
  await listen(host, { tail, nudge, requests, reflex: reactions.reflex })
  const client = await createHistorianClient({ bus, identity, scheduler, log })
  const sender = await createSender({
    ...host,
    store: await host.store.open('outbox'),
    client,
    ...HANDED_OVER,
  })
  const latency = new LiveLatency()
  reportFigures(host.metrics, { ...reactions, application, sender, latency })

  const work = startWork(host, {
    application,
    reactions,
    orders,
    sender,
    store,
    client,
    tail,
    nudge,
    latency,
    signal,
    wanted: () => wanted,
    checkpointEveryMs: () => config.checkpointEvery,
  })
  lifecycle.busy((waitedMs) => work.processor()?.busy(waitedMs))
  await lifecycle.ready()
  return {
    async drain() {
      closing.abort()
      updates.unsubscribe()
      // Without a processor it may be the sender that waits for a historian.
      if (work.processor() === undefined) await sender.drain(0)
      await work.ended
      await work.processor()?.drain(DRAIN_MS)
      await reactions.close()
      await client.close()
      await store.close()
    },
  }
}

interface WorkParts
  extends Pick<
    ProcessorParts,
    'application' | 'orders' | 'sender' | 'store' | 'latency' | 'wanted' | 'checkpointEveryMs' | 'signal'
  > {
  readonly reactions: Reactions
  readonly client: HistorianClient
  readonly tail: LiveTail
  readonly nudge: Nudge
}

/** Follows the log as soon as the historian has said what it holds; an error that is none of ours to mend ends the process. */
function startWork(
  host: Host<unknown>,
  parts: WorkParts,
): { readonly ended: Promise<void>; processor(): Processor | undefined } {
  const { application, reactions, sender, store, client, tail, nudge, signal } = parts
  const { scheduler, lifecycle } = host
  const fail = (error: unknown) => {
    if (!signal.aborted) lifecycle.fail(error)
  }
  let processor: Processor | undefined

  async function work(): Promise<void> {
    const sending = await sender.open(Producer.records, { positioned: true })
    const outputs = new Outputs({ sender, sending, scheduler, onError: fail })
    checkHeld(application.lastOutput, outputs.held)
    checkHeld(application.lastDerived, outputs.held.derived ?? { lsn: 0, output: 0 })
    const onSettings = () => reactions.reflex.reconfigure(application.compiled)
    processor = new Processor({ ...parts, ...reactions, host, outputs, onSettings })
    await processor.follow(followLog(application.lsn, { client, tail, nudge, scheduler, signal }))
  }

  const ended = work().catch(async (error) => {
    if (signal.aborted) return
    // Another log than the one processed so far: the checkpoint describes nothing that exists.
    if (error instanceof GenbaError && error.code === LOG_REPLACED) await dropCheckpoint(store)
    fail(error)
  })
  return { ended, processor: () => processor }
}

/** What the bus brings; feeds and commits only shorten the way that leads through the log as well. */
async function listen(
  { bus, clock, log }: Host<unknown>,
  {
    tail,
    nudge,
    reflex,
    requests,
  }: {
    readonly tail: LiveTail
    readonly nudge: Nudge
    readonly reflex: Reflex
    readonly requests: AnswerDesk<ProcessorRequest>
  },
): Promise<void> {
  await bus.subscribe(Topic.allFeeds, ({ payload }) => {
    const frame = 'bytes' in payload ? readLiveFrame(payload.bytes) : undefined
    if (frame === undefined) return
    reflex.onFrame(frame)
    tail.keepFrame(frame, clock.monotonicMs())
  })
  await bus.subscribe(Topic.processorRequest, ({ payload }) => requests.accept(payload))
  await bus.subscribe(Topic.commit, ({ payload }) => {
    const commit = 'json' in payload ? parseCommit(payload.json) : undefined
    if (commit === undefined) {
      log.warn({ topic: Topic.commit }, 'a message could not be read and was dropped')
      return
    }
    tail.keepCommit(commit)
    nudge.call()
  })
}

/** A checkpoint is written after its outputs were acknowledged, so they are held unless the log is another one. */
function checkHeld(made: OutputPosition, held: OutputPosition): void {
  if (made.lsn < held.lsn || (made.lsn === held.lsn && made.output <= held.output)) return
  throw replacedLog(made.lsn, held.lsn)
}
