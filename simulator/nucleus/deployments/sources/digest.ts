import { createHash } from 'node:crypto'

/** SHA-256 in base64, the only algorithm that Greengrass uses. */
export const digestOf = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('base64')
