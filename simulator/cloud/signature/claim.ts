import { queryParameters, type SignedRequest } from './canonical.ts'
import { ALGORITHM, type CredentialScope } from './signing-key.ts'

/** What a request says of its own signature; nothing of it is checked yet. */
export interface SignatureClaim {
  readonly accessKeyId: string
  readonly scope: CredentialScope
  readonly signedHeaders: readonly string[]
  /** 64 hexadecimal digits. */
  readonly signature: string
  /** Such as `20251125T120000Z`. */
  readonly timeText: string
  readonly timeMs: number
  /** Undefined where the signature stands in a header, which holds for some minutes. */
  readonly expiresS: number | undefined
}

/** Why no claim could be read. */
export interface ClaimFault {
  readonly kind: 'missing' | 'malformed'
  readonly detail: string
}

export type ClaimReading = { readonly claim: SignatureClaim } | { readonly fault: ClaimFault }

const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const CREDENTIAL = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/
const SIGNATURE = /^[0-9a-f]{64}$/
/** A presigned address holds for a week at most. */
const EXPIRES_S_MAX = 7 * 24 * 3600

/** Reads the Authorization header, or the query of a presigned address. */
export function readClaim(request: SignedRequest): ClaimReading {
  const query = new Map(queryParameters(request.query))
  const header = request.headers['authorization']?.[0]
  if (header !== undefined) return readHeader(header, timeOf(request))
  if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')) return readQuery(query)
  return { fault: { kind: 'missing', detail: 'there is no Authorization header and no X-Amz-Signature' } }
}

const timeOf = ({ headers }: SignedRequest): string => headers['x-amz-date']?.[0] ?? ''

function readHeader(header: string, timeText: string): ClaimReading {
  const parts = /^(\S+)\s+(.*)$/s.exec(header.trim())
  if (parts?.[1] !== ALGORITHM) return malformed(`the Authorization header must begin with ${ALGORITHM}`)
  const fields = new Map(
    (parts[2] ?? '').split(',').map((part) => {
      const [name = '', ...value] = part.trim().split('=')
      return [name, value.join('=')]
    }),
  )
  return readParts({
    credential: fields.get('Credential') ?? '',
    signedHeaders: fields.get('SignedHeaders') ?? '',
    signature: fields.get('Signature') ?? '',
    timeText,
    expiresS: undefined,
  })
}

function readQuery(query: ReadonlyMap<string, string>): ClaimReading {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) return malformed(`X-Amz-Algorithm must be ${ALGORITHM}`)
  const expires = query.get('X-Amz-Expires') ?? ''
  const expiresS = Number(expires)
  if (!/^\d+$/.test(expires) || expiresS < 1 || expiresS > EXPIRES_S_MAX) {
    return malformed(`X-Amz-Expires must be 1 to ${EXPIRES_S_MAX} seconds`)
  }
  return readParts({
    credential: query.get('X-Amz-Credential') ?? '',
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
    signature: query.get('X-Amz-Signature') ?? '',
    timeText: query.get('X-Amz-Date') ?? '',
    expiresS,
  })
}

interface ClaimParts {
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  readonly timeText: string
  readonly expiresS: number | undefined
}

function readParts(parts: ClaimParts): ClaimReading {
  const credential = CREDENTIAL.exec(parts.credential)
  if (credential === null) {
    return malformed('the Credential must be ACCESS-KEY-ID/YYYYMMDD/REGION/SERVICE/aws4_request')
  }
  const timeMs = readTimeMs(parts.timeText)
  if (timeMs === undefined) return malformed('X-Amz-Date must be a time such as 20251125T120000Z')
  if (!SIGNATURE.test(parts.signature)) return malformed('the Signature must be 64 hexadecimal digits')
  const [, accessKeyId = '', date = '', region = '', service = ''] = credential
  return {
    claim: {
      accessKeyId,
      scope: { date, region, service },
      signedHeaders: parts.signedHeaders.split(';').filter((name) => name !== ''),
      signature: parts.signature,
      timeText: parts.timeText,
      timeMs,
      expiresS: parts.expiresS,
    },
  }
}

function readTimeMs(text: string): number | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(timeMs) ? undefined : timeMs
}

const malformed = (detail: string): ClaimReading => ({ fault: { kind: 'malformed', detail } })
