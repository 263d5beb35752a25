import { readFileSync, statSync } from 'node:fs'
import * as z from 'zod'
import { readJson } from '../../../shared/bytes/json.ts'
import { NucleusError } from '../errors.ts'
import { isMeant, type Secret, type SecretVault } from './secret.ts'

const Base = {
  arn: z.string().min(1),
  name: z.string().min(1),
  versionId: z.string().min(1).default('1'),
  versionStages: z.array(z.string()).default(['AWSCURRENT']),
}
const SecretsFile = z.object({
  secrets: z.array(
    z.union([
      z.strictObject({ ...Base, secretString: z.string() }),
      z.strictObject({ ...Base, secretBinary: z.base64() }),
    ]),
  ),
})

/** Rights of the group and of others: nobody but the owner may look at secrets. */
const OTHERS_MODE = 0o077

/**
 * The secrets of a core from a file: `{ "secrets": [{ "arn", "name", "versionId"?, "versionStages"?, "secretString" or
 * "secretBinary" (base64) }] }`. What is in it never becomes part of an error or a log.
 * @throws NucleusError `GENBA_SECRETS_FILE`
 */
export function openSecretVault(path: string | undefined): SecretVault {
  let secrets = path === undefined ? [] : readSecrets(path)
  return {
    arnOf: (secretId) => secrets.find(({ arn, name }) => arn === secretId || name === secretId)?.arn,
    find: (question) => secrets.find((secret) => isMeant(secret, question)),
    refresh: () => {
      if (path !== undefined) secrets = readSecrets(path)
    },
  }
}

function readSecrets(path: string): readonly Secret[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw refuse(path, 'a file of secrets', 'nothing', 'give the path of a file')
  const mode = stat.mode & 0o777
  if ((mode & OTHERS_MODE) !== 0) {
    throw refuse(path, 'a file for its owner alone', `mode ${mode.toString(8)}`, `chmod 600 ${path}`)
  }
  const file = SecretsFile.safeParse(readJson(readFileSync(path, 'utf8'))).data
  if (file === undefined) {
    const expected = '{ "secrets": [{ "arn", "name", "secretString" or "secretBinary" }] } as JSON'
    throw refuse(
      path,
      expected,
      'something else',
      'the received content is not shown, for it may hold secrets',
    )
  }
  return file.secrets.map(({ arn, name, versionId, versionStages, ...value }) => ({
    arn,
    name,
    versionId,
    versionStages,
    value,
  }))
}

const refuse = (where: string, expected: string, received: string, mend: string): NucleusError =>
  new NucleusError('GENBA_SECRETS_FILE', 'the file of secrets cannot be used', [
    { where, expected, received, mend },
  ])
