import type { JsonObject } from '../../shared/bytes/json.ts'
import { isRejection, rejectionMessage, type ShadowRejection } from './rejection.ts'
import { deleteShadow, readShadow, type Shadow, updateShadow } from './shadow.ts'
import { missing, nameFault, type ShadowId } from './shadow-name.ts'
import { readShadowUpdate } from './update-request.ts'

/** What a request came to: the message on `…/accepted` and, of an update, those that go before it, or `…/rejected`. */
export type ShadowOutcome =
  | {
      readonly accepted: JsonObject
      readonly delta?: JsonObject
      readonly documents?: JsonObject
    }
  | { readonly rejected: JsonObject & ShadowRejection }

/** The shadows of all things that one place keeps, each change handed on before it counts. */
export class Shadows {
  readonly #shadows: Map<string, Shadow>
  readonly #keep: (shadows: ReadonlyMap<string, Shadow>) => void

  /**
   * @param kept by the keys that `keep` was given
   * @param keep puts all of them on a disk; what it throws, the request throws
   */
  constructor(
    kept: ReadonlyMap<string, Shadow> = new Map(),
    keep: (shadows: ReadonlyMap<string, Shadow>) => void = () => {},
  ) {
    this.#shadows = new Map(kept)
    this.#keep = keep
  }

  get(id: ShadowId, nowS: number): ShadowOutcome {
    const fault = nameFault(id)
    if (fault !== undefined) return refused(fault, nowS)
    const document = readShadow(this.#shadows.get(keyOf(id)), nowS)
    return document === undefined ? refused(missing(id), nowS) : { accepted: document }
  }

  update(id: ShadowId, payload: Uint8Array, nowS: number): ShadowOutcome {
    const fault = nameFault(id)
    if (fault !== undefined) return refused(fault, nowS)
    const update = readShadowUpdate(payload)
    if (isRejection(update)) {
      const { clientToken, ...rejection } = update
      return refused(rejection, nowS, clientToken)
    }
    const change = updateShadow(this.#shadows.get(keyOf(id)), update, nowS)
    if (isRejection(change)) return refused(change, nowS, update.clientToken)
    const { shadow, accepted, delta, documents } = change
    this.#put(id, shadow)
    return { accepted, documents, ...(delta === undefined ? {} : { delta }) }
  }

  delete(id: ShadowId, nowS: number): ShadowOutcome {
    const fault = nameFault(id)
    if (fault !== undefined) return refused(fault, nowS)
    const deleted = deleteShadow(this.#shadows.get(keyOf(id)), nowS)
    if (deleted === undefined) return refused(missing(id), nowS)
    this.#put(id, deleted.shadow)
    return { accepted: deleted.accepted }
  }

  /** Names of the shadows of a thing, in order, without the classic one. */
  namesOf(thing: string): string[] {
    const prefix = keyOf({ thing, name: '' })
    return [...this.#shadows]
      .filter(([key, shadow]) => key.startsWith(prefix) && shadow.deletedS === undefined)
      .map(([key]) => key.slice(prefix.length))
      .filter((name) => name !== '')
      .sort()
  }

  #put(id: ShadowId, shadow: Shadow): void {
    const after = new Map(this.#shadows).set(keyOf(id), shadow)
    this.#keep(after)
    this.#shadows.set(keyOf(id), shadow)
  }
}

/** No name has a slash. */
const keyOf = ({ thing, name }: ShadowId): string => `${thing}/${name ?? ''}`

const refused = (rejection: ShadowRejection, nowS: number, clientToken?: string): ShadowOutcome => ({
  rejected: { ...rejectionMessage(rejection, nowS, clientToken), ...rejection },
})
