import { reject, type ShadowRejection } from './rejection.ts'

/** Which shadow of which thing; the classic one has no name. */
export interface ShadowId {
  readonly thing: string
  readonly name: string | undefined
}

const THING = /^[a-zA-Z0-9:_-]{1,128}$/
const NAME = /^[a-zA-Z0-9:_-]{1,64}$/

/** @returns why there can be no such shadow */
export function nameFault({ thing, name }: ShadowId): ShadowRejection | undefined {
  if (!THING.test(thing)) return reject(400, 'Invalid thing name')
  return name === undefined || NAME.test(name) ? undefined : reject(400, 'Invalid shadow name')
}

/** The topic before `/get`, `/update` and `/delete`, and the resource that rights name. */
export const shadowTopic = ({ thing, name }: ShadowId): string =>
  `$aws/things/${thing}/shadow${name === undefined ? '' : `/name/${name}`}`

export const missing = ({ name }: ShadowId): ShadowRejection =>
  reject(404, `No shadow exists with name: ${name ?? 'Unnamed Shadow'}`)
