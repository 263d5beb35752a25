import type { SqlFunction } from './function.ts'
import { BASE64_FUNCTIONS } from './functions/base64.ts'
import { BIT_FUNCTIONS } from './functions/bits.ts'
import { COLLECTION_FUNCTIONS } from './functions/collections.ts'
import { DOUBLE_FUNCTIONS } from './functions/doubles.ts'
import { HASH_FUNCTIONS } from './functions/hashes.ts'
import { MESSAGE_FUNCTIONS } from './functions/message.ts'
import { NUMBER_FUNCTIONS } from './functions/numbers.ts'
import { REGEXP_FUNCTIONS } from './functions/regexp.ts'
import { STRING_FUNCTIONS } from './functions/strings.ts'
import { TIME_FUNCTIONS } from './functions/time.ts'
import type { SqlVersion } from './version.ts'

/** Functions by their names in lower case. */
export const FUNCTIONS: ReadonlyMap<string, SqlFunction> = new Map(
  [
    BASE64_FUNCTIONS,
    BIT_FUNCTIONS,
    COLLECTION_FUNCTIONS,
    DOUBLE_FUNCTIONS,
    HASH_FUNCTIONS,
    MESSAGE_FUNCTIONS,
    NUMBER_FUNCTIONS,
    REGEXP_FUNCTIONS,
    STRING_FUNCTIONS,
    TIME_FUNCTIONS,
  ]
    .flat()
    .map((each) => [each.name.toLowerCase(), each]),
)

/** A function that asks outside the message. */
export interface LookupFunction {
  readonly name: string
  readonly since: SqlVersion
  readonly minArgs: number
  readonly maxArgs: number
}

const LOOKUP_FUNCTIONS: readonly LookupFunction[] = [
  { name: 'aws_lambda', since: '2015-10-08', minArgs: 2, maxArgs: 2 },
  { name: 'get_dynamodb', since: '2016-03-23', minArgs: 4, maxArgs: 6 },
  { name: 'get_registry_data', since: '2015-10-08', minArgs: 3, maxArgs: 3 },
  { name: 'get_secret', since: '2015-10-08', minArgs: 3, maxArgs: 4 },
  { name: 'get_thing_shadow', since: '2016-03-23', minArgs: 2, maxArgs: 3 },
  { name: 'machinelearning_predict', since: '2015-10-08', minArgs: 3, maxArgs: 3 },
]

export const LOOKUPS: ReadonlyMap<string, LookupFunction> = new Map(
  LOOKUP_FUNCTIONS.map((each) => [each.name, each]),
)

/** Written where the expression is compiled, as it catches what fails in its argument. */
export const GET_OR_DEFAULT = 'get_or_default'

export const FUNCTION_NAMES: readonly string[] = [
  ...[...FUNCTIONS.values()].map(({ name }) => name),
  ...LOOKUPS.keys(),
  GET_OR_DEFAULT,
  'cast',
]
