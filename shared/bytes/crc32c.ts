/**
 * CRC-32C (Castagnoli polynomial, reflected 0x82F63B78), the check of iSCSI (RFC 3720, appendix B.4). Eight bytes
 * a step by eight tables: about five times as fast as one byte a step.
 */
const POLYNOMIAL = 0x82f63b78
const TABLES = makeTables()

/** The CRC-32C of some bytes; `previous` continues the one of the bytes before them. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const t = TABLES
  const end = bytes.length
  const wholeEnd = end - (end & 7)
  let crc = ~previous
  let i = 0
  for (; i < wholeEnd; i += 8) {
    crc ^=
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24)
    crc =
      (t[1792 + (crc & 0xff)] as number) ^
      (t[1536 + ((crc >>> 8) & 0xff)] as number) ^
      (t[1280 + ((crc >>> 16) & 0xff)] as number) ^
      (t[1024 + (crc >>> 24)] as number) ^
      (t[768 + (bytes[i + 4] as number)] as number) ^
      (t[512 + (bytes[i + 5] as number)] as number) ^
      (t[256 + (bytes[i + 6] as number)] as number) ^
      (t[bytes[i + 7] as number] as number)
  }
  for (; i < end; i++) crc = (t[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Table k holds the CRC of each byte followed by k zero bytes. */
function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL
    tables[byte] = crc
  }
  for (let i = 256; i < tables.length; i++) {
    const crc = tables[i - 256] ?? 0
    tables[i] = (tables[crc & 0xff] ?? 0) ^ (crc >>> 8)
  }
  return tables
}
