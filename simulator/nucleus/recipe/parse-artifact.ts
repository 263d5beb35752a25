import type { Artifact } from './recipe.ts'
import {
  enumOf,
  type Field,
  fieldsOf,
  isAbsent,
  optionalFields,
  optionalList,
  RecipeFault,
  scalarOf,
  textOf,
} from './recipe-fields.ts'

/** What can be fetched: an object of a bucket, a file of the control plane, an image. */
const ADDRESS = /^(s3:\/\/[^/]+\/.+|greengrass:.+|docker:.+)$/i
/** Characters and escapes that no address has (RFC 2396, which Java reads addresses by). */
const NO_ADDRESS = /[\p{Cc}\s"<>\\^`{|}]|%(?![0-9a-f]{2})/iu

export const parseArtifacts = (field: Field): Artifact[] => optionalList(field).map(parseArtifact)

function parseArtifact(field: Field): Artifact {
  const fields = fieldsOf(field)
  const unarchive = fields.get('Unarchive')
  const digest = fields.get('Digest')
  const algorithm = fields.get('Algorithm')
  return {
    uri: readAddress(fields.get('Uri')),
    unarchive: isAbsent(unarchive) ? 'NONE' : enumOf(unarchive, ['NONE', 'ZIP']),
    isExecutable: readIsExecutable(fields.get('Permission')),
    ...(isAbsent(digest) ? {} : { digest: scalarOf(digest) }),
    ...(isAbsent(algorithm) ? {} : { algorithm: scalarOf(algorithm) }),
  }
}

function readAddress(field: Field): string {
  const expected = 'an address such as s3://BUCKET/KEY'
  const address = textOf(field, expected)
  if (!ADDRESS.test(address) || NO_ADDRESS.test(address)) throw new RecipeFault(field, expected)
  return address
}

function readIsExecutable(field: Field): boolean {
  const permission = optionalFields(field)
  const [read, execute] = [permission.get('Read'), permission.get('Execute')]
  for (const kind of [read, execute]) if (kind.value !== undefined) enumOf(kind, PERMISSIONS)
  return execute.value !== undefined && enumOf(execute, PERMISSIONS) !== 'NONE'
}

const PERMISSIONS = ['NONE', 'OWNER', 'ALL'] as const
