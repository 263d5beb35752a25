const doubles = new Float64Array(1)
const words = new Uint32Array(doubles.buffer)

/** 64 bits of a hash in two halves; kept by the caller, so that hashing makes no garbage. */
export interface Hash {
  low: number
  high: number
}

/** Different kinds of values hash apart: 1, true and '1' are three. */
const NUMBER_SEED = 0x9e3779b9
const BOOLEAN_SEED = 0x7f4a7c15
const TEXT_SEED = 0x85ebca6b

/** A finite number by its bits. Sketches of different gateways merge, so this must never change. */
export function hashNumber(value: number, into: Hash): void {
  doubles[0] = value + 0
  hashWords(words[0] as number, words[1] as number, NUMBER_SEED, into)
}

export function hashBoolean(value: boolean, into: Hash): void {
  hashWords(value ? 1 : 0, 0, BOOLEAN_SEED, into)
}

export function hashText(text: string, into: Hash): void {
  let low = TEXT_SEED
  let high = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high + unit, 0x5bd1e995) ^ (high >>> 13)
  }
  hashWords(low, high, TEXT_SEED, into)
}

function hashWords(low: number, high: number, seed: number, into: Hash): void {
  const mixedLow = mix(low ^ seed)
  const mixedHigh = mix(high ^ mixedLow)
  into.low = mix(mixedLow + mixedHigh) >>> 0
  into.high = mixedHigh >>> 0
}

/** The finaliser of MurmurHash3: a bijection in which each bit in changes half of the bits out. */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
