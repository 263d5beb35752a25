import type { Host, QueueFigures } from '../../shared/component/host.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { decodeFrame } from '../../shared/frame/decode.ts'
import type { HistorianClient } from '../../shared/reading/historian-client.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'
import type { Nudge } from '../../shared/time/nudge.ts'
import { retry } from '../../shared/time/wait.ts'
import { Backlog } from './backlog.ts'
import type { UplinkConfig } from './config.ts'
import { type Cursor, START, writeCursor } from './cursor.ts'
import { judgeEgress } from './egress-guard.ts'
import { CURSOR_SAVE_POSITIONS, POLL_MS } from './limits.ts'
import { MessagePacker, type PackedMessage } from './message-packer.ts'

export interface UplinkParts {
  readonly host: Pick<Host<unknown>, 'bus' | 'clock' | 'identity' | 'log' | 'scheduler'>
  readonly client: HistorianClient
  readonly store: KeyValueStore
  readonly config: () => UplinkConfig
  readonly nudge: Nudge
  readonly signal: AbortSignal
}

/**
 * Follows the records of the log and sends them to IoT Core. Nothing is kept here but one message: what waits for
 * the link waits in the log.
 *
 * The cursor is written after the message was taken, so a death in between sends one message twice, and never none.
 */
export class Uplink {
  readonly #parts: UplinkParts
  readonly #topic: string
  readonly #packer: MessagePacker
  readonly #backlog: Backlog
  #cursor: Cursor
  #savedLsn: number
  #isSending = false
  /** Everything up to here has been read; what is not sent of it is in the packer. */
  #readLsn: number

  constructor(parts: UplinkParts, cursor: Cursor) {
    this.#parts = parts
    this.#topic = Topic.cloudRecords(parts.host.identity.thing)
    this.#packer = new MessagePacker(parts.host.identity.thing, this.#topic)
    this.#backlog = new Backlog(parts.host.clock)
    this.#cursor = cursor
    this.#savedLsn = cursor.lsn
    this.#readLsn = cursor.lsn - 1
  }

  get cursor(): Cursor {
    return this.#cursor
  }

  /** A message was given to the nucleus, and nobody knows yet whether it arrived: a death now would send it again. */
  get isSending(): boolean {
    return this.#isSending
  }

  /** The cloud has every record up to this log position. */
  get positionLsn(): number {
    return this.#cursor.lsn - 1
  }

  figures(): QueueFigures {
    return this.#backlog.figures(this.#readLsn)
  }

  noteHead(lsn: number): void {
    this.#backlog.noteHead(lsn)
  }

  /** Sends until the signal is aborted. @throws the signal's reason */
  async run(): Promise<never> {
    const { nudge, signal } = this.#parts
    for (;;) {
      await this.#readToHead()
      const waitMs =
        this.#backlog.ageMs === undefined ? POLL_MS : this.#parts.config().flushAfter - this.#backlog.ageMs
      if (waitMs > 0) await nudge.wait(waitMs, signal)
      else await this.#send()
    }
  }

  async #readToHead(): Promise<void> {
    const { client, signal } = this.#parts
    for await (const part of client.log({ afterLsn: this.#readLsn, body: 'records', signal })) {
      if (part.headLsn < this.#readLsn) {
        await this.#startOver(part.headLsn)
        return
      }
      this.#backlog.noteHead(part.headLsn)
      for (const { lsn, bytes } of part.frames) {
        await this.#takeFrame(lsn, bytes)
        this.#pass(lsn)
      }
      this.#pass(part.readLsn)
    }
    if (this.#cursor.lsn - this.#savedLsn > CURSOR_SAVE_POSITIONS) await this.#saveCursor()
  }

  /** Everything up to a log position has been read. With nothing waiting to be sent, the cursor follows. */
  #pass(lsn: number): void {
    this.#readLsn = lsn
    if (this.#packer.recordCount === 0 && lsn >= this.#cursor.lsn)
      this.#cursor = { ...this.#cursor, lsn: lsn + 1, index: 0 }
  }

  async #takeFrame(lsn: number, bytes: Uint8Array): Promise<void> {
    const records = this.#readRecords(lsn, bytes)
    const first = lsn === this.#cursor.lsn ? this.#cursor.index : 0
    for (const [index, text] of records.entries())
      if (index >= first) await this.#takeRecord(text, lsn, index)
  }

  #readRecords(lsn: number, bytes: Uint8Array): readonly string[] {
    try {
      const frame = decodeFrame(bytes)
      if (frame.body === 'records') return frame.records
      this.#refuse(lsn, 'a frame of samples')
    } catch (error) {
      if (!(error instanceof GenbaError)) throw error
      this.#setAside(lsn, error.message)
    }
    return []
  }

  async #takeRecord(text: string, lsn: number, index: number): Promise<void> {
    const egress = judgeEgress(text)
    if (!egress.allowed) return this.#refuse(lsn, egress.reason)
    const { messageBytesMax } = this.#parts.config()
    let packing = this.#packer.add(egress.record, { lsn, index }, messageBytesMax)
    if (packing === 'full') {
      await this.#send()
      packing = this.#packer.add(egress.record, { lsn, index }, messageBytesMax)
    }
    if (packing === 'too-large') this.#setAside(lsn, `record ${egress.record.id} is too long for a message`)
    else this.#backlog.noteGathered(text.length)
  }

  #refuse(lsn: number, reason: string): void {
    this.#cursor = { ...this.#cursor, refused: this.#cursor.refused + 1 }
    this.#parts.host.log.warn({ lsn, reason }, 'not sent: only summaries and alarms leave the site')
  }

  #setAside(lsn: number, reason: string): void {
    this.#cursor = { ...this.#cursor, setAside: this.#cursor.setAside + 1 }
    this.#parts.host.log.error({ lsn, reason }, 'set aside: it stays in the history and is not sent')
  }

  async #send(): Promise<void> {
    const message = this.#packer.close()
    if (message === undefined) return
    await this.#publish(message)
    // Not over before the cursor is on disk.
    this.#isSending = true
    const { recordsSent, messagesSent, bytesSent } = this.#cursor
    this.#cursor = {
      ...this.#cursor,
      ...message.next,
      recordsSent: recordsSent + message.recordCount,
      messagesSent: messagesSent + 1,
      bytesSent: bytesSent + message.payload.length,
    }
    this.#backlog.noteSent()
    await this.#saveCursor()
    this.#isSending = false
  }

  async #publish({ payload, recordCount }: PackedMessage): Promise<void> {
    const { host, config, signal } = this.#parts
    const { retryFirst, retryMax } = config()
    let isDown = false
    await retry(host.scheduler, {
      firstMs: retryFirst,
      maxMs: Math.max(retryFirst, retryMax),
      signal,
      attempt: async () => {
        this.#isSending = true
        await host.bus.publishToCloud(this.#topic, payload).finally(() => {
          this.#isSending = false
        })
      },
      onFailure: (error, pauseMs) => {
        const fields = { error: describeError(error), records: recordCount, pauseMs }
        if (isDown) host.log.debug(fields, 'still no link to IoT Core')
        else host.log.warn(fields, 'IoT Core did not take the message; everything is kept until it does')
        isDown = true
      },
    })
    if (isDown) host.log.info({}, 'IoT Core takes messages again')
  }

  /** A cursor that stays behind costs messages sent twice, which the cloud drops; waiting here would cost all others. */
  async #saveCursor(): Promise<void> {
    const cursor = this.#cursor
    try {
      await writeCursor(this.#parts.store, cursor)
      this.#savedLsn = cursor.lsn
    } catch (error) {
      if (this.#parts.signal.aborted) return
      this.#parts.host.log.warn({ error: describeError(error) }, 'the cursor cannot be written for now')
    }
  }

  /** The cloud drops what it has had, by the identity of each record. */
  async #startOver(headLsn: number): Promise<void> {
    const { log } = this.#parts.host
    log.warn(
      { readLsn: this.#readLsn, headLsn },
      "the historian's log is another one; it is sent from its beginning",
    )
    this.#packer.close()
    this.#backlog.restart(headLsn)
    this.#cursor = { ...this.#cursor, lsn: START.lsn, index: START.index }
    this.#readLsn = START.lsn - 1
    await this.#saveCursor()
  }
}
