import { crc32c } from '../../bytes/crc32c.ts'

/** LevelDB keeps a CRC-32C turned and moved, so that the CRC of bytes that hold CRCs says something (`util/crc32c.h`). */
export const maskedCrc = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0

/** Whether a stored checksum is that of these bytes, which follow one another. */
export function isMaskedCrcOf(stored: number, ...parts: readonly Uint8Array[]): boolean {
  return maskedCrc(parts.reduce((crc, part) => crc32c(part, crc), 0)) === stored
}
