/** Bytes that MD2 takes at a time. */
const BLOCK = 16
const ROUNDS = 18

/** The substitution of MD2: a permutation of the 256 bytes drawn from the digits of pi (RFC 1319, section 3.2). */
const PI_BYTES = Buffer.from(
  [
    '292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca',
    '1e9b573cfdd4e01667426f188a17e512be4ec4d6da9ede49a0fbf58ebb2fee7a',
    'a968799115b2073f94c210890b225f21807f5d9a5a903227353ecce7bff79703',
    'ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1',
    '459d705964718720865bcf65e62da8021b6025adaeb0b9f61c46616934407e0f',
    '5547a323dd51af3ac35cf9cebac5ea262c530d6e85288409d3dfcdf441814d52',
    '6adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe3b001d39',
    'f2efb70e6658d0e4a67772f8eb754b0a314450b48fed1f1adb998d339f118314',
  ].join(''),
  'hex',
)

const substitute = (byte: number): number => PI_BYTES[byte & 0xff] ?? 0

/** The 16 bytes of the message digest MD2, RFC 1319. For what still carries one: it has been broken since 2004. */
export function md2(bytes: Uint8Array): Uint8Array {
  const padding = BLOCK - (bytes.length % BLOCK)
  const message = new Uint8Array(bytes.length + padding).fill(padding)
  message.set(bytes)
  const state = new Uint8Array(3 * BLOCK)
  for (let at = 0; at < message.length; at += BLOCK) mix(state, message.subarray(at, at + BLOCK))
  mix(state, checksum(message))
  return state.slice(0, BLOCK)
}

function checksum(message: Uint8Array): Uint8Array {
  const sum = new Uint8Array(BLOCK)
  let last = 0
  for (let at = 0; at < message.length; at++) {
    const place = at % BLOCK
    // Section 3.2 as its erratum and its reference code have it: the byte is combined with what is there.
    last = (sum[place] ?? 0) ^ substitute((message[at] ?? 0) ^ last)
    sum[place] = last
  }
  return sum
}

function mix(state: Uint8Array, block: Uint8Array): void {
  for (let place = 0; place < BLOCK; place++) {
    const byte = block[place] ?? 0
    state[BLOCK + place] = byte
    state[2 * BLOCK + place] = byte ^ (state[place] ?? 0)
  }
  let byte = 0
  for (let round = 0; round < ROUNDS; round++) {
    for (let place = 0; place < state.length; place++) {
      byte = (state[place] ?? 0) ^ substitute(byte)
      state[place] = byte
    }
    byte = (byte + round) & 0xff
  }
}
