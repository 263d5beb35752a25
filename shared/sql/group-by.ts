import type { AggregateSpec } from '../aggregate/spec.ts'
import type { KeySpec, WindowKind } from '../window/definition.ts'
import type { WindowPane } from '../window/pane.ts'
import { boundParts, startBudget } from './budget.ts'
import { placeAt, SqlError } from './errors.ts'
import type { SqlEnvironment, SqlMessage } from './function.ts'
import { AggregateCalls } from './generate/aggregates.ts'
import type { Names } from './generate/generator.ts'
import { groupNames } from './generate/groups.ts'
import { type BodyGenerator, compileProgram, type Source } from './generate/program.ts'
import { selectionBody } from './generate/selection.ts'
import type { Unit } from './generate/unit.ts'
import { MISS, NO_MATCH, type SqlResult } from './result.ts'
import type { Expression, GroupBy, Statement } from './syntax.ts'
import type { SqlValue } from './value.ts'
import { windowKindOf } from './window-kind.ts'

/** The extension: windows over the messages that a statement accepts, and what it makes of their answers. */
export interface SqlGroupBy {
  readonly window: WindowKind
  readonly key: KeySpec
  /** What the windows have to answer, by the names that `evaluate` reads. */
  readonly aggregates: readonly AggregateSpec[]
  /** Judges HAVING, then selects. @throws as `SqlStatement.evaluate` does */
  evaluate(pane: WindowPane, environment: SqlEnvironment): SqlResult
}

type Run = (
  message: SqlMessage & { pane: WindowPane },
  environment: SqlEnvironment,
) => SqlValue | typeof NO_MATCH

/** @throws SqlError */
export function compileGroupBy(
  { selection }: Statement,
  { having, keys, window }: GroupBy,
  source: Source,
): SqlGroupBy {
  const key = keyOf(keys, source.text)
  const calls = new AggregateCalls(source.text)
  const names = (base: Names, unit: Unit) => groupNames({ base, unit, key, calls, text: source.text })
  const write = (generator: BodyGenerator) => {
    const filter =
      having === undefined
        ? ''
        : `${generator.assign([having])}if (!${generator.truth(having)}) return ${generator.unit.constant(NO_MATCH)};\n`
    return `${filter}${generator.assign()}${selectionBody(generator, selection)}`
  }
  const { run } = compileProgram({ ...source, names }, write)
  return {
    window: windowKindOf(window, source.text),
    key,
    aggregates: calls.specs,
    evaluate: (pane, environment) => {
      startBudget()
      const message = { topic: pane.key, payload: pane.aggregates as SqlValue, pane }
      const output = (run as Run)(message, environment)
      return output === NO_MATCH ? MISS : { match: true, output: boundParts(output as SqlValue) }
    },
  }
}

/** `tag`, levels of the topic, or one attribute of the tag; nothing for one window over all. */
function keyOf(keys: readonly Expression[], text: string): KeySpec {
  const [first] = keys
  if (first === undefined) return { by: 'all' }
  const levels = keys.map(levelOf)
  if (levels.every((level) => level !== undefined)) return { by: 'levels', levels }
  if (keys.length === 1 && first.kind === 'name') {
    return first.name === 'tag' ? { by: 'tag' } : { by: 'attribute', attribute: first.name }
  }
  throw new SqlError('GENBA_SQL_SYNTAX', 'messages cannot be grouped by this', placeAt(text, first.start), {
    expected: 'tag, an attribute of the tag, or levels of the topic such as topic(1), topic(2)',
  })
}

function levelOf(key: Expression): number | undefined {
  if (key.kind !== 'call' || key.name.toLowerCase() !== 'topic' || key.args.length !== 1) return undefined
  const [level] = key.args
  if (level?.kind !== 'literal' || typeof level.value !== 'number') return undefined
  return Number.isInteger(level.value) && level.value >= 1 ? level.value : undefined
}
