import type { JsonObject } from '../../shared/bytes/json.ts'

/** Why a shadow request is refused, as on the topic `…/rejected` (developer guide, "Device Shadow error messages"). */
export interface ShadowRejection {
  readonly code: number
  readonly message: string
}

export const reject = (code: number, message: string): ShadowRejection => ({ code, message })

export const isRejection = (value: object): value is ShadowRejection => 'code' in value && 'message' in value

/** The message on the topic, with the token of the request where it could be read. */
export const rejectionMessage = (
  rejection: ShadowRejection,
  timestampS: number,
  clientToken: string | undefined,
): JsonObject => ({
  ...rejection,
  timestamp: timestampS,
  ...(clientToken === undefined ? {} : { clientToken }),
})
