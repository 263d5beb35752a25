import { encodeText } from '../bytes/text.ts'
import { checkFrameSize, publishFrameBytes } from '../component/message-size.ts'
import type { ProducerState } from '../contract/historian-request.ts'
import { Topic } from '../contract/topics.ts'
import { type EncodedContent, encodeContent, sealFrame } from '../frame/encode.ts'
import { PRODUCER_BYTES_MAX } from '../frame/limits.ts'
import type { HistorianClient } from '../reading/historian-client.ts'
import type { Clock } from '../time/time.ts'
import type { Admission } from './admission.ts'
import type { Epochs } from './epochs.ts'
import { HandoffError } from './errors.ts'
import { createLane, isAllHeld, type Lane } from './lane.ts'
import type { Outbox } from './outbox.ts'

export interface SendingProducer {
  /** Grows when the frames that are kept had to be numbered anew. */
  readonly epoch: number
  /** The position after which the source goes on; '' at its beginning, and for sources without positions. */
  readonly resumeAfter: string
  /**
   * Resolves once the frame is in the outbox, which waits while it is full.
   *
   * @throws BusError `GENBA_BUS_TOO_LARGE`, HandoffError `GENBA_HANDOFF_CLOSED`
   */
  send(content: EncodedContent): Promise<void>
}

export interface ProducersParts {
  readonly clock: Clock
  readonly client: HistorianClient
  readonly epochs: Epochs
  readonly outbox: Outbox
  readonly admission: Admission
  readonly signal: AbortSignal
  readonly onAppended: () => void
}

/** The producers that are open in this process, and their numbering. */
export class Producers {
  readonly #parts: ProducersParts
  readonly #lanes = new Map<string, Lane>()

  constructor(parts: ProducersParts) {
    this.#parts = parts
  }

  has(producer: string): boolean {
    return this.#lanes.has(producer)
  }

  /** See `Sender.open`. */
  async open(producer: string, { positioned }: { readonly positioned: boolean }): Promise<SendingProducer> {
    const { epochs, signal } = this.#parts
    checkProducer(producer)
    signal.throwIfAborted()
    if (!positioned) return this.#present(await this.#begin(producer, 0), positioned, '')
    const { epoch } = await this.#ask(producer)
    const isFirst = epoch < 0 && (await epochs.last(producer)) === undefined
    const lane = await this.#begin(producer, epoch + 1)
    if (isFirst) return this.#present(lane, positioned, '')
    await this.#fence(lane)
    return this.#present(lane, positioned, (await this.#ask(producer)).position)
  }

  /** All unacknowledged frames of a producer have new numbers. */
  renumbered(producer: string, identity: Pick<Lane, 'epoch' | 'nextSequence'>): void {
    const lane = this.#lanes.get(producer)
    if (lane) Object.assign(lane, identity)
  }

  async #ask(producer: string): Promise<Pick<ProducerState, 'epoch' | 'position'>> {
    const [state] = await this.#parts.client.producers([producer], this.#parts.signal)
    return state ?? { epoch: -1, position: '' }
  }

  async #begin(producer: string, atLeast: number): Promise<Lane> {
    const lane = createLane(producer, await this.#parts.epochs.next(producer, atLeast))
    this.#lanes.set(producer, lane)
    return lane
  }

  #present(lane: Lane, positioned: boolean, resumeAfter: string): SendingProducer {
    return {
      get epoch() {
        return lane.epoch
      },
      resumeAfter,
      send: (content) => lane.inTurn(() => this.#send(lane, positioned, content)),
    }
  }

  async #send(lane: Lane, positioned: boolean, content: EncodedContent): Promise<void> {
    const { admission, clock, outbox, signal, onAppended } = this.#parts
    signal.throwIfAborted()
    const topic = Topic.feed(lane.producer)
    await admission.enter({ positioned, sizeBytes: content.bytes.length + content.position.length })
    const { producer, epoch, nextSequence: sequence } = lane
    const bytes = sealFrame(content, { producer, epoch, sequence })
    checkFrameSize(publishFrameBytes(topic, { bytes }), topic)
    outbox.append({ producer, epoch, sequence, positioned, bytes, sinceUs: clock.wallUs() })
    lane.nextSequence += 1
    onAppended()
  }

  /**
   * A frame of the process before this one may still be on its way, and would be stored after the historian was
   * asked for its position. So first an empty frame of the new epoch, after which older ones are refused; then
   * the question. An empty frame carries no position, and leaves the one that is held as it is.
   */
  async #fence(lane: Lane): Promise<void> {
    const { admission, outbox } = this.#parts
    const nothing = encodeContent({
      body: 'records',
      records: [],
      completeBeforeUs: -Infinity,
      position: '',
    })
    await lane.inTurn(() => this.#send(lane, true, nothing))
    await admission.until(() => isAllHeld(lane, outbox.heldOf(lane.producer)))
  }
}

/** A wildcard or a space in a topic would make the feed unreadable. */
const PRODUCER_NAME = /^[^\s+#\p{Cc}]+$/u

function checkProducer(producer: string): void {
  if (PRODUCER_NAME.test(producer) && encodeText(producer).length <= PRODUCER_BYTES_MAX) return
  throw new HandoffError('GENBA_HANDOFF_PRODUCER', 'a producer has a name that no topic can carry', {
    expected: `at most ${PRODUCER_BYTES_MAX} bytes without spaces, + and #`,
    received: JSON.stringify(producer),
    mend: 'rename the source in the configuration',
  })
}
