import type { KeySpec } from '../../window/definition.ts'
import { placeAt, SqlError } from '../errors.ts'
import type { ExpressionOf } from '../syntax.ts'
import type { SqlValue } from '../value.ts'
import type { AggregateCalls } from './aggregates.ts'
import { anyCode, type Code } from './code.ts'
import { memberOfObject } from './expression.ts'
import type { Names } from './generator.ts'
import type { Unit } from './unit.ts'

interface GroupParts {
  readonly base: Names
  readonly unit: Unit
  readonly key: KeySpec
  readonly calls: AggregateCalls
  readonly text: string
}

/** Functions that ask the window: its bounds in milliseconds, as `timestamp()` is, and the answer's standing. */
const WINDOW_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['window_start', 'Math.floor(m.pane.startUs / 1000)'],
  ['window_end', 'Math.floor(m.pane.endUs / 1000)'],
  ['revision', 'm.pane.revision'],
  ['timing', 'm.pane.timing'],
  ['is_final', 'm.pane.isFinal'],
])

/** What names and calls mean in SELECT and HAVING over windows: aggregates, and what is grouped by. */
export function groupNames({ base, unit, key, calls, text }: GroupParts): Names {
  const refuse = (what: string, start: number): never => {
    throw new SqlError(
      'GENBA_SQL_SYNTAX',
      `${what} is not the same for all samples of a window`,
      placeAt(text, start),
      {
        expected: 'an aggregate such as mean(value), or what GROUP BY names',
      },
    )
  }
  return {
    ...base,
    name: ({ name, start }) => {
      const isKey =
        name === (key.by === 'attribute' ? key.attribute : 'tag') && ['tag', 'attribute'].includes(key.by)
      return isKey ? anyCode('m.topic') : refuse(name, start)
    },
    whole: (start) => refuse('*', start),
    call: (expression) => {
      const name = expression.name.toLowerCase()
      const answer = calls.read(expression)
      if (answer !== undefined) return memberOfObject(unit, 'p', answer)
      const own = WINDOW_FUNCTIONS.get(name)
      if (own !== undefined && expression.args.length === 0) return anyCode(own)
      return name === 'topic' ? topicOf(unit, key, expression, refuse) : undefined
    },
  }
}

/** The topic is the tag where that is the key, else those of its levels that are. */
function topicOf(
  unit: Unit,
  key: KeySpec,
  { args, start }: ExpressionOf<'call'>,
  refuse: (what: string, start: number) => never,
): Code | undefined {
  if (key.by === 'tag') return undefined
  const [level] = args
  const number = level?.kind === 'literal' ? level.value : undefined
  const index = key.by === 'levels' && typeof number === 'number' ? key.levels.indexOf(number) : -1
  return index < 0 ? refuse('topic', start) : anyCode(unit.call(levelAt, 'm.topic', String(index)))
}

const levelAt = (key: string, index: number): SqlValue => key.split('/')[index]
