import { isObject } from '../configuration/tree.ts'
import type { Flavour } from '../flavour.ts'
import { type EventFrame, MessageType } from '../wire/frame.ts'

const PROTOCOL_VERSION = '0.1.0'

interface HandshakeParts {
  readonly flavour: Flavour
  readonly authenticate: (token: string) => string | undefined
}

/** The first frame of a connection: a Connect with the token that the nucleus gave the component. */
export class Handshake {
  readonly #parts: HandshakeParts
  #principal: string | undefined

  constructor(parts: HandshakeParts) {
    this.#parts = parts
  }

  /** The component at the other end; undefined until a Connect was accepted. */
  get principal(): string | undefined {
    return this.#principal
  }

  /** @returns why the connection is refused, or undefined when it is accepted */
  receive(frame: EventFrame): string | undefined {
    const { flavour, authenticate } = this.#parts
    if (frame.messageType !== MessageType.connect || frame.streamId !== 0) return 'no Connect came first'
    const version = frame.headers.get(':version')
    const isAbsentOnLite = version === undefined && flavour.name === 'lite'
    if (version !== PROTOCOL_VERSION && !isAbsentOnLite) return `protocol version ${String(version)}`
    const claim = readClaim(frame.payload)
    const owner = claim?.authToken === undefined ? undefined : authenticate(claim.authToken)
    if (owner === undefined) return 'the token is none of this nucleus'
    if (claim?.componentName !== undefined && claim.componentName !== owner) {
      return 'the token is not of that component'
    }
    this.#principal = owner
    return undefined
  }
}

/**
 * Lite can also tell a component by its name alone, asking systemd which unit the peer's process belongs to. The
 * processes here are in no unit, so a name without a token is refused.
 */
function readClaim(payload: Buffer): { authToken?: string; componentName?: string } | undefined {
  try {
    const claim: unknown = JSON.parse(payload.toString('utf8'))
    if (!isObject(claim)) return undefined
    const { authToken, componentName } = claim
    return {
      ...(typeof authToken === 'string' ? { authToken } : {}),
      ...(typeof componentName === 'string' ? { componentName } : {}),
    }
  } catch {
    return undefined
  }
}
