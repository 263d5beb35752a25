import * as z from 'zod'
import { decodeText, encodeText } from '../../shared/bytes/text.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'

/** How far the cloud has everything, and what was sent on the way; the counts are exact but for one death each. */
const Cursor = z.object({
  v: z.literal(1),
  /** The next record to send: this one of this frame, or the first of a later frame. */
  lsn: z.number().int().min(1),
  index: z.number().int().min(0),
  recordsSent: z.number().int(),
  messagesSent: z.number().int(),
  bytesSent: z.number().int(),
  /** Records that no message can carry, or that are neither summary nor alarm. */
  setAside: z.number().int(),
  refused: z.number().int(),
})
export type Cursor = z.output<typeof Cursor>

const KEY = encodeText('cursor')
export const START: Cursor = {
  v: 1,
  lsn: 1,
  index: 0,
  recordsSent: 0,
  messagesSent: 0,
  bytesSent: 0,
  setAside: 0,
  refused: 0,
}

/** @throws GenbaError `GENBA_UPLINK_CURSOR` when it was written by a later version */
export async function readCursor(store: KeyValueStore): Promise<Cursor> {
  const value = await store.get(KEY)
  if (value === undefined) return START
  const text = decodeText(value) ?? ''
  const cursor = Cursor.safeParse(attemptJson(text))
  if (cursor.success) return cursor.data
  throw new GenbaError('GENBA_UPLINK_CURSOR', 'the cursor on disk cannot be read', {
    issues: [
      {
        received: text,
        mend: 'update this component, or remove its work folder to send everything again',
      },
    ],
  })
}

export const writeCursor = (store: KeyValueStore, cursor: Cursor): Promise<void> =>
  store.batch([{ type: 'put', key: KEY, value: encodeText(JSON.stringify(cursor)) }], { sync: true })

function attemptJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The schema refuses it, with the text in the error.
    return undefined
  }
}
