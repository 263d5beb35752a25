import { createHmac } from 'node:crypto'
import { sha256Hex } from './canonical.ts'

/** What a signature is good for: one day, one region, one service. */
export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly service: string
}

export const ALGORITHM = 'AWS4-HMAC-SHA256'

export const scopeText = ({ date, region, service }: CredentialScope): string =>
  `${date}/${region}/${service}/aws4_request`

/** "Create a signed AWS API request", step 4. */
export function signingKey(secretAccessKey: string, { date, region, service }: CredentialScope): Buffer {
  return [date, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  )
}

/** "Create a signed AWS API request", step 3. @param timeText such as `20251125T120000Z` */
export const stringToSign = (timeText: string, scope: CredentialScope, canonicalRequest: string): string =>
  [ALGORITHM, timeText, scopeText(scope), sha256Hex(canonicalRequest)].join('\n')

/** Hexadecimal. */
export const signatureOf = (key: Buffer, text: string): string => hmac(key, text).toString('hex')

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
