import { encodeText } from '../../bytes/text.ts'
import { boundChars } from '../budget.ts'
import { toJsonText, toText } from '../convert.ts'
import type { SqlFunction, SqlMessage } from '../function.ts'
import { parseJson } from '../json.ts'
import type { SqlValue } from '../value.ts'
import { pure } from './define.ts'

const SINCE = '2016-03-23'
const SCHEME = 'base64'

/** Groups of four, the last padded or not; Node's own reader would skip what does not belong. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

// What is no UTF-8 becomes U+FFFD: a text with a few marks says more of a payload than Null would.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function encodeBytes(bytes: Uint8Array): string {
  boundChars(Math.ceil(bytes.length / 3) * 4)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

/** The payload as it came: encoding `*` is how a rule gets at bytes that are no JSON. */
const payloadBytes = ({ bytes, payload }: SqlMessage): Uint8Array => bytes ?? encodeText(toJsonText(payload))

function encode([argument, scheme]: readonly SqlValue[]): SqlValue {
  const text = toText(argument)
  return text === undefined || scheme !== SCHEME ? undefined : encodeBytes(encodeText(text))
}

/** What the text says when it is JSON, which a bare number is too; else the text itself. */
function decode([argument, scheme]: readonly SqlValue[]): SqlValue {
  const encoded = toText(argument)
  if (encoded === undefined || scheme !== SCHEME) return undefined
  if (!BASE64.test(encoded)) return null
  const text = decoder.decode(Buffer.from(encoded, 'base64'))
  const json = parseJson(text, SINCE)
  return json === undefined ? text : json.value
}

export const BASE64_FUNCTIONS: readonly SqlFunction[] = [
  {
    ...pure('encode', 2, encode, SINCE),
    callWhole: ([, scheme], { message }) =>
      scheme === SCHEME ? encodeBytes(payloadBytes(message)) : undefined,
  },
  pure('decode', 2, decode, SINCE),
]
