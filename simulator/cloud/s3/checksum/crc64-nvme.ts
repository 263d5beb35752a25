/**
 * CRC-64/NVME (reflected polynomial 0x9a6c9329ac4bc9b5, initial and final value all ones): what S3 keeps for an object
 * that came without a checksum. Two halves of 32 bits, because a step in BigInt takes some forty times as long.
 */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n
const { high: HIGH, low: LOW } = makeTables()

/** State of a checksum under way: the value so far. */
export interface Crc64 {
  update(bytes: Uint8Array): void
  /** Eight bytes, the most significant first. */
  digest(): Buffer
}

export function createCrc64Nvme(): Crc64 {
  let high = -1
  let low = -1
  return {
    update: (bytes) => {
      let h = high
      let l = low
      for (let i = 0; i < bytes.length; i++) {
        const index = (l ^ (bytes[i] as number)) & 0xff
        l = ((l >>> 8) | (h << 24)) ^ (LOW[index] as number)
        h = (h >>> 8) ^ (HIGH[index] as number)
      }
      high = h
      low = l
    },
    digest: () => {
      const digest = Buffer.alloc(8)
      digest.writeInt32BE(~high, 0)
      digest.writeInt32BE(~low, 4)
      return digest
    },
  }
}

function makeTables(): { readonly high: Int32Array; readonly low: Int32Array } {
  const high = new Int32Array(256)
  const low = new Int32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 0n ? crc >> 1n : (crc >> 1n) ^ POLYNOMIAL
    high[byte] = Number(BigInt.asIntN(32, crc >> 32n))
    low[byte] = Number(BigInt.asIntN(32, crc))
  }
  return { high, low }
}
