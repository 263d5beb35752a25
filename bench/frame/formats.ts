import { gunzipSync, gzipSync } from 'node:zlib'
import { decode as decodeMessagePack, encode as encodeMessagePack } from '@msgpack/msgpack'
import { decodeFrame } from '../../shared/frame/decode.ts'
import { encodeContent, sealFrame } from '../../shared/frame/encode.ts'
import type { Column } from '../../shared/frame/frame.ts'

/** One way to make bytes of the samples of a frame, and to get them back. */
export interface Format {
  readonly name: string
  encode(column: Column): Uint8Array
  decode(bytes: Uint8Array): unknown
}

const identity = { producer: 'genba.Collector/bench', epoch: 1_767_225_600_000, sequence: 1 }
const mark = { completeBeforeUs: 0, position: '' }

export const frameFormat: Format = {
  name: 'frame',
  encode: (column) => sealFrame(encodeContent({ body: 'samples', columns: [column], ...mark }), identity),
  decode: decodeFrame,
}

/** What is usually sent: an object a sample. */
const asObjects = ({ tag, timesUs, quality, data }: Column) => ({
  ...identity,
  samples: Array.from(timesUs, (timeUs, i) => ({ tag, timeUs, value: data.values[i], quality: quality[i] })),
})

/** The most a careful sender does within the format: names once, an array a column. */
const asColumns = ({ tag, timesUs, quality, data }: Column) => ({
  ...identity,
  columns: [{ tag, timesUs: [...timesUs], quality: [...quality], values: [...data.values] }],
})

const toJsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const fromJsonBytes = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString())

const plainFormats: readonly Format[] = [
  { name: 'json', encode: (column) => toJsonBytes(asObjects(column)), decode: fromJsonBytes },
  { name: 'jsonColumns', encode: (column) => toJsonBytes(asColumns(column)), decode: fromJsonBytes },
  {
    name: 'messagePack',
    encode: (column) => encodeMessagePack(asColumns(column)),
    decode: decodeMessagePack,
  },
]

/** The others, plain and with gzip at its default level. */
export const otherFormats: readonly Format[] = plainFormats.flatMap((format) => [
  format,
  {
    name: `${format.name}Gzip`,
    encode: (column) => gzipSync(format.encode(column)),
    decode: (bytes) => format.decode(gunzipSync(bytes)),
  },
])
