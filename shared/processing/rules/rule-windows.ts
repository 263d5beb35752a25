import { createHash } from 'node:crypto'
import { type Cell, withPrefix } from '../../checkpoint/cell.ts'
import { type Column, type ColumnValues, Quality, type SampleFrame } from '../../frame/frame.ts'
import { frameIdentity } from '../../frame/identity.ts'
import { SqlError } from '../../sql/errors.ts'
import type { SqlGroupBy } from '../../sql/group-by.ts'
import type { WindowDefinition } from '../../window/definition.ts'
import { numberAnswers, type WindowPane } from '../../window/pane.ts'
import { createWindowEngine, type WindowEngine } from '../../window/window-engine.ts'
import { RuleEnvironment } from './environment.ts'
import type { CompiledRule } from './rule.ts'
import { sampleMessage } from './sample-message.ts'
import type { RuleSurroundings } from './surroundings.ts'

interface Kept {
  rule: CompiledRule
  definition: WindowDefinition
  readonly engine: WindowEngine
}

/** The answer of a window, and the rule that asked for it. */
export interface RulePane {
  readonly rule: CompiledRule
  readonly pane: WindowPane
  /** See `numberAnswers`. */
  readonly number: number
}

/**
 * The windows of rules with GROUP BY: for each rule an engine of its own, because each lets other samples in by its
 * WHERE. A rule whose SQL has changed begins with the first whole windows; open ones of its old SQL are given up.
 */
export class RuleWindows {
  readonly #surroundings: RuleSurroundings
  readonly #environment: RuleEnvironment
  readonly #kept = new Map<string, Kept>()
  /** Cells that are in the checkpoint, by rule: those of a rule that is gone must go. */
  readonly #keys = new Map<string, Set<string>>()
  #forgotten: string[] = []

  /** @param cells what `takeCells` gave, of the same rules */
  constructor(rules: readonly CompiledRule[], surroundings: RuleSurroundings, cells: readonly Cell[] = []) {
    this.#surroundings = surroundings
    this.#environment = new RuleEnvironment(surroundings.thing)
    const byRule = groupByRule(cells)
    for (const [rule, groupBy] of windowed(rules)) {
      this.#open(rule, groupBy, byRule.get(rule.config.name) ?? [])
    }
  }

  take(frame: SampleFrame): RulePane[] {
    return [...this.#kept.values()].flatMap(({ rule, definition, engine }) => {
      const { panes } = engine.take({ ...frame, columns: this.#admitted(rule, frame) })
      const own = panes.filter(({ window, timing }) => window === definition.name && timing !== 'EARLY')
      return numberAnswers(own).map(({ answer: pane, number }) => ({ rule, pane, number }))
    })
  }

  /** Columns of the rule's FROM, with the samples that meet its WHERE. */
  #admitted(rule: CompiledRule, { header, columns }: SampleFrame): Column[] {
    const frame = frameIdentity(header)
    return columns
      .filter(({ tag }) => rule.statement.matchesTopic(tag))
      .map((column) => selectSamples(column, (index) => this.#isAdmitted(rule, column, index, frame)))
  }

  #isAdmitted(rule: CompiledRule, column: Column, index: number, frame: string): boolean {
    if (((column.quality[index] as number) & Quality.quarantined) !== 0) return true
    this.#environment.judge(column.timesUs[index] as number, `${frame}|${column.tag}|${index}`)
    const message = sampleMessage(column, index, this.#surroundings.attributesOf(column.tag))
    try {
      return rule.statement.evaluate(message, this.#environment).match
    } catch (error) {
      // Too much work for one sample: it goes into no window, as one whose WHERE is not true.
      if (error instanceof SqlError) return false
      throw error
    }
  }

  reconfigure(rules: readonly CompiledRule[]): void {
    const wanted = new Map(windowed(rules).map(([rule, groupBy]) => [rule.config.name, { rule, groupBy }]))
    for (const name of this.#kept.keys()) if (!wanted.has(name)) this.#forget(name)
    for (const [name, { rule, groupBy }] of wanted) {
      const kept = this.#kept.get(name)
      if (kept === undefined) this.#open(rule, groupBy, [])
      else {
        kept.rule = rule
        kept.definition = definitionOf(rule, groupBy)
        kept.engine.reconfigure([kept.definition])
      }
    }
  }

  /** What has changed since the last call. */
  takeCells(): Cell[] {
    const gone = this.#forgotten.map((key) => ({ key, text: undefined }))
    this.#forgotten = []
    const kept = [...this.#kept].flatMap(([name, { engine }]) => {
      const cells = withPrefix(prefixOf(name), engine.takeCells())
      const keys = this.#keysOf(name)
      for (const { key, text } of cells) text === undefined ? keys.delete(key) : keys.add(key)
      return cells
    })
    return [...gone, ...kept]
  }

  #keysOf(name: string): Set<string> {
    const keys = this.#keys.get(name) ?? new Set<string>()
    this.#keys.set(name, keys)
    return keys
  }

  #open(rule: CompiledRule, groupBy: SqlGroupBy, cells: readonly Cell[]): void {
    const { name } = rule.config
    const definition = definitionOf(rule, groupBy)
    const engine = createWindowEngine([definition], { attributes: this.#surroundings.attributesOf, cells })
    this.#kept.set(name, { rule, definition, engine })
    const keys = this.#keysOf(name)
    for (const { key } of cells) keys.add(prefixOf(name) + key)
  }

  #forget(name: string): void {
    this.#kept.delete(name)
    this.#forgotten.push(...this.#keysOf(name))
    this.#keys.delete(name)
  }
}

const windowed = (rules: readonly CompiledRule[]): [CompiledRule, SqlGroupBy][] =>
  rules.flatMap((rule) => (rule.statement.groupBy === undefined ? [] : [[rule, rule.statement.groupBy]]))

/** The name changes with the SQL, so that answers to another question are told from those to this one. */
function definitionOf({ config }: CompiledRule, groupBy: SqlGroupBy): WindowDefinition {
  const version = createHash('sha256').update(config.sql).digest('hex').slice(0, 12)
  return {
    name: `${config.name}#${version}`,
    tags: ['#'],
    key: groupBy.key,
    window: groupBy.window,
    allowedLatenessUs: config.allowedLateness,
    lateFlushUs: 0,
    aggregates: groupBy.aggregates,
  }
}

const SEPARATOR = '\n'
const prefixOf = (name: string): string => `${name}${SEPARATOR}`

function groupByRule(cells: readonly Cell[]): Map<string, Cell[]> {
  const groups = new Map<string, Cell[]>()
  for (const { key, text } of cells) {
    const at = key.indexOf(SEPARATOR)
    const name = key.slice(0, at)
    const group = groups.get(name) ?? []
    group.push({ key: key.slice(at + 1), text })
    groups.set(name, group)
  }
  return groups
}

/** The column itself when all of its samples are in. */
function selectSamples(column: Column, isIn: (index: number) => boolean): Column {
  const indexes: number[] = []
  for (let index = 0; index < column.timesUs.length; index++) if (isIn(index)) indexes.push(index)
  if (indexes.length === column.timesUs.length) return column
  return {
    tag: column.tag,
    timesUs: Float64Array.from(indexes, (index) => column.timesUs[index] as number),
    quality: Uint8Array.from(indexes, (index) => column.quality[index] as number),
    data: selectValues(column.data, indexes),
  }
}

function selectValues(data: ColumnValues, indexes: readonly number[]): ColumnValues {
  if (data.kind === 'text') return { kind: 'text', values: indexes.map((index) => data.values[index] ?? '') }
  if (data.kind === 'boolean') {
    return { kind: 'boolean', values: Uint8Array.from(indexes, (index) => data.values[index] as number) }
  }
  return { kind: 'number', values: Float64Array.from(indexes, (index) => data.values[index] as number) }
}
