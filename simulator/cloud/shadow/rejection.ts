/** Why a shadow request is refused ("Shadow error messages"). */
export interface ShadowRejection {
  readonly code: number
  readonly message: string
}

export const reject = (code: number, message: string): ShadowRejection => ({ code, message })

export const isRejection = (value: object): value is ShadowRejection => 'code' in value && 'message' in value
