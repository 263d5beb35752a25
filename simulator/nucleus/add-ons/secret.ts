/** One version of a secret, as a secret manager gives it. */
export interface Secret {
  readonly arn: string
  readonly name: string
  readonly versionId: string
  /** Such as AWSCURRENT. */
  readonly versionStages: readonly string[]
  readonly value: { readonly secretString: string } | { readonly secretBinary: string }
}

/** Which version of a secret: by its id, else by its stage, else the current one. */
export interface SecretQuestion {
  /** Name or ARN. */
  readonly secretId: string
  readonly versionId?: string
  readonly versionStage?: string
}

export interface SecretVault {
  /** @returns the ARN, which rights name, or undefined where no secret has that name or ARN */
  arnOf(secretId: string): string | undefined
  find(question: SecretQuestion): Secret | undefined
  /** Reads the secrets again from where they come. */
  refresh(): void
}

const CURRENT = 'AWSCURRENT'

export const isMeant = (secret: Secret, { secretId, versionId, versionStage }: SecretQuestion): boolean => {
  if (secret.arn !== secretId && secret.name !== secretId) return false
  if (versionId !== undefined) return secret.versionId === versionId
  return secret.versionStages.includes(versionStage ?? CURRENT)
}
