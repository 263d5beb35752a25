import { crc32c } from '../bytes/crc32c.ts'
import { JournalError } from './errors.ts'

/** '#' and the CRC-32C of the text before it as eight digits. Values from before there were checks end without. */
const CHECK_BYTES = 9

/** JSON with a check behind it: a figure with a digit that is another would be a figure like any other. */
export function encodeChecked(value: unknown): Uint8Array {
  const text = Buffer.from(JSON.stringify(value))
  return Buffer.concat([text, checkOf(text)])
}

/**
 * What `encodeChecked` was given. A changed bit in the check itself leaves no JSON, so nothing passes as unchecked.
 * @param what names the value for people, such as "the totals"
 * @throws JournalError `GENBA_JOURNAL_DAMAGED`
 */
export function decodeChecked(bytes: Uint8Array, what: string): unknown {
  const end = bytes.length - CHECK_BYTES
  const isChecked = bytes[end] === HASH
  const text = isChecked ? bytes.subarray(0, end) : bytes
  if (isChecked && Buffer.compare(checkOf(text), bytes.subarray(end)) !== 0) {
    throw damagedValue(what, 'a value that fails its CRC-32C')
  }
  try {
    return JSON.parse(Buffer.from(text).toString())
  } catch {
    throw damagedValue(what, 'bytes that are no JSON')
  }
}

export const damagedValue = (what: string, received: string): JournalError =>
  new JournalError(
    'GENBA_JOURNAL_DAMAGED',
    'a part of the journal that everything else hangs on is damaged',
    [
      {
        where: what,
        received,
        mend: 'stop the gateway, then: genba repair --state DIR rebuilds it from what is stored; or restore a backup',
        effect: 'nothing was changed',
      },
    ],
  )

const HASH = 0x23
const checkOf = (text: Uint8Array): Uint8Array =>
  Buffer.from(`#${crc32c(text).toString(16).padStart(8, '0')}`)
