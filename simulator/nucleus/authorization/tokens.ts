import { randomBytes } from 'node:crypto'
import type { FlavourName } from '../flavour.ts'

/** The tokens (SVCUID) by which components are known. They live in the nucleus's memory and die with it. */
export interface Tokens {
  /** The token of a component: the same for its whole life under this nucleus. */
  tokenOf(component: string): string
  ownerOf(token: string): string | undefined
  /** Forgets every token, as a restart of the nucleus does. */
  forget(): void
}

const TOKEN_CHARACTERS = 16

export function createTokens(flavour: FlavourName): Tokens {
  const byComponent = new Map<string, string>()
  const byToken = new Map<string, string>()
  return {
    tokenOf: (component) => {
      const token = byComponent.get(component) ?? drawToken(flavour)
      byComponent.set(component, token)
      byToken.set(token, component)
      return token
    },
    ownerOf: (token) => byToken.get(token),
    forget: () => {
      byComponent.clear()
      byToken.clear()
    },
  }
}

/** Java draws capital letters, lite 12 random bytes in base64. */
function drawToken(flavour: FlavourName): string {
  if (flavour === 'lite') return randomBytes(12).toString('base64')
  return [...randomBytes(TOKEN_CHARACTERS)].map((byte) => String.fromCharCode(65 + (byte % 26))).join('')
}
