import type { SqlCall, SqlFunction } from '../function.ts'
import type { SqlVersion } from '../version.ts'

/** How many arguments: exactly so many, or from so many to so many. */
type Arity = number | readonly [min: number, max: number]

/** A function whose answer depends on its arguments and the version alone. */
export const pure = (
  name: string,
  arity: Arity,
  call: SqlCall,
  since: SqlVersion = '2015-10-08',
): SqlFunction => ({ ...named(name, arity, since), isPure: true, call })

/** A function that asks the message or its surroundings. */
export const asking = (
  name: string,
  arity: Arity,
  call: SqlCall,
  since: SqlVersion = '2015-10-08',
): SqlFunction => ({ ...named(name, arity, since), isPure: false, call })

function named(name: string, arity: Arity, since: SqlVersion) {
  const [minArgs, maxArgs] = typeof arity === 'number' ? [arity, arity] : arity
  return { name, since, minArgs, maxArgs }
}
