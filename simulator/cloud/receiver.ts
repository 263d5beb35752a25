import { CloudMessage } from '../../shared/contract/records.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { topicMatches } from '../nucleus/pubsub/topic-filter.ts'
import { openMessageFile } from './message-file.ts'
import { createMeter, type MeterReading } from './meter.ts'
import { createTally, type Received, type RecordType } from './tally.ts'

/** The topics on which gateways send their records: one level names the thing. */
const RECORD_TOPICS = Topic.cloudRecords('+')
/** Topics of the service's own, such as jobs and shadows: the core device speaks there, whatever its components send. */
const RESERVED = '$aws/'

/** What the cloud side keeps of its gateways' records. It knows nothing of samples. */
export interface Receiver {
  /**
   * Takes a published message; one on another topic is only metered, and one on a reserved topic is not. It is on disk when this returns.
   * @returns why the message was refused, or undefined
   */
  accept(topic: string, payload: Uint8Array): string | undefined
  of(type: RecordType): Received
  /** Messages on the records topic that are no `CloudMessage`. */
  readonly refusedCount: number
  meter(): MeterReading
  close(): void
}

/** Counts survive a restart: they are made again from the file. */
export function openReceiver(path: string): Receiver {
  const tally = createTally()
  const meter = createMeter()
  const file = openMessageFile(path, ({ message, bytes }) => {
    tally.add(message)
    meter.add(bytes)
  })
  let refusedCount = 0
  return {
    accept: (topic, payload) => {
      if (topic.startsWith(RESERVED)) return undefined
      const bytes = Buffer.byteLength(topic) + payload.byteLength
      meter.add(bytes)
      if (!topicMatches(RECORD_TOPICS, topic)) return undefined
      const message = readMessage(payload)
      if (typeof message === 'string') {
        refusedCount++
        return message
      }
      file.append({ topic, bytes, message })
      tally.add(message)
      return undefined
    },
    of: (type) => tally.of(type),
    get refusedCount() {
      return refusedCount
    },
    meter: () => meter.reading(),
    close: () => file.close(),
  }
}

function readMessage(payload: Uint8Array): CloudMessage | string {
  try {
    const parsed = CloudMessage.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')))
    return parsed.success ? parsed.data : `not a message of records: ${parsed.error.issues[0]?.message}`
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : error}`
  }
}
