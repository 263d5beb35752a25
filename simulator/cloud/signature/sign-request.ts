import type { AccessKey } from './access-keys.ts'
import { canonicalRequest, type PathRule, sha256Hex } from './canonical.ts'
import { ALGORITHM, scopeText, signatureOf, signingKey, stringToSign } from './signing-key.ts'

export interface RequestToSign {
  readonly method: string
  readonly url: string
  readonly accessKey: AccessKey
  readonly region: string
  readonly service: string
  readonly pathRule: PathRule
  readonly timeMs: number
}

/** Headers that sign a request without a body, for operations that no client of the SDK has. */
export function signRequest(request: RequestToSign): Record<string, string> {
  const { method, url, accessKey, region, service, pathRule, timeMs } = request
  const { host, pathname, search } = new URL(url)
  const timeText = new Date(timeMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const scope = { date: timeText.slice(0, 8), region, service }
  const contentHash = sha256Hex('')
  const headers = { 'x-amz-content-sha256': contentHash, 'x-amz-date': timeText }
  const signed = { method, path: pathname, query: search.slice(1), headers: listsOf({ host, ...headers }) }
  const names = Object.keys(signed.headers).sort()
  const canonical = canonicalRequest(signed, names, contentHash, pathRule)
  const key = signingKey(accessKey.secretAccessKey, scope)
  const signature = signatureOf(key, stringToSign(timeText, scope, canonical))
  const credential = `${accessKey.accessKeyId}/${scopeText(scope)}`
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

const listsOf = (headers: Readonly<Record<string, string>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
