import { isDeepStrictEqual } from 'node:util'
import jsonata from 'jsonata'
import { compileSql } from '../shared/sql/compile.ts'
import { toJsonText } from '../shared/sql/convert.ts'
import type { SqlEnvironment } from '../shared/sql/function.ts'
import type { SqlValue } from '../shared/sql/value.ts'
import { atLeast, type Benchmark, type BenchResult } from './benchmark.ts'
import { generateMessages, type MachineMessage } from './rules/messages.ts'
import { RULES, type RuleInThreeLanguages } from './rules/rules.ts'

/** Each measurement runs at least this long, after rounds that warm up. */
const MEASURE_MS = 1000
const WARM_UP_ROUNDS = 20
const MESSAGES = 2000
/** jsonata takes so much longer that a share of the messages says as much. */
const JSONATA_MESSAGES = 100

const VS_HAND_WRITTEN_WANTED = 0.5
const VS_JSONATA_WANTED = 20

const ENVIRONMENT: SqlEnvironment = {
  timestampMs: 1_700_000_000_000,
  random: () => 0.5,
  uuid: () => '5e1f2c0a-6f1e-4f0e-9a51-0d1b2c3d4e5f',
  lookup: () => undefined,
}

/** A rule in one language: what it makes of a message, `undefined` when it does not match. */
type Judge = (message: MachineMessage) => unknown

/**
 * Messages through ten rules, each compiled once; messages are parsed. Outputs of the three languages are compared for
 * all messages before anything is timed.
 */
export const bench: Benchmark = {
  name: 'rules',
  summary: "messages/s through ten rules of the rules' SQL against hand-written JavaScript and jsonata",
  run: async (progress) => {
    const messages = generateMessages(MESSAGES)
    const sql = RULES.map(sqlJudge)
    const handWritten = RULES.map(handWrittenJudge)
    const queries = RULES.map((rule) => jsonata(rule.jsonata))
    progress(`${RULES.length} rules on ${MESSAGES} messages: comparing outputs`)
    await compareOutputs(messages, { sql, handWritten, queries })
    const figures: Record<string, { sql: number; handWritten: number }> = {}
    for (const [index, { name }] of RULES.entries()) {
      progress(`${name}`)
      const [one, other] = [sql[index], handWritten[index]]
      if (one === undefined || other === undefined) continue
      figures[name] = { sql: perSecond(messages, [one]), handWritten: perSecond(messages, [other]) }
    }
    progress('all rules')
    const all = { sql: perSecond(messages, sql), handWritten: perSecond(messages, handWritten) }
    const jsonataPerSecond = await queriesPerSecond(messages.slice(0, JSONATA_MESSAGES), queries)
    return toResult(all, jsonataPerSecond, figures)
  },
}

function sqlJudge({ sql }: RuleInThreeLanguages): Judge {
  const statement = compileSql(sql, { version: '2016-03-23' })
  return (message) => {
    const result = statement.evaluate(message, ENVIRONMENT)
    return result.match ? result.output : undefined
  }
}

const handWrittenJudge =
  ({ handWritten }: RuleInThreeLanguages): Judge =>
  ({ topic, payload }) =>
    handWritten(topic, payload)

type Query = ReturnType<typeof jsonata>

const queryInput = ({ topic, payload }: MachineMessage) => ({ topic: topic.split('/'), payload })

async function compareOutputs(
  messages: readonly MachineMessage[],
  ways: {
    readonly sql: readonly Judge[]
    readonly handWritten: readonly Judge[]
    readonly queries: readonly Query[]
  },
): Promise<void> {
  for (const [number, message] of messages.entries()) {
    for (const [index, { name }] of RULES.entries()) {
      const expected = rounded(ways.handWritten[index]?.(message))
      const outputs = [ways.sql[index]?.(message)]
      if (number < JSONATA_MESSAGES) outputs.push(await ways.queries[index]?.evaluate(queryInput(message)))
      for (const output of outputs) {
        if (isDeepStrictEqual(rounded(output), expected)) continue
        throw new Error(`rule ${name}: ${toJsonText(rounded(output))} is not ${toJsonText(expected)}`)
      }
    }
  }
}

/** As JSON, with numbers to twelve digits: hand-written JavaScript and jsonata calculate in doubles. */
function rounded(output: unknown): SqlValue {
  if (output === undefined) return undefined
  const text = JSON.stringify(output, (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(12)) : value,
  )
  return JSON.parse(text) as SqlValue
}

/** Outputs are kept until the next message, so that none is left out as unused. Messages a second: the best of the rounds that fit into the time, since noise only ever adds. */
function perSecond(messages: readonly MachineMessage[], judges: readonly Judge[]): number {
  const outputs: unknown[] = []
  const round = () => {
    for (const message of messages) {
      for (let index = 0; index < judges.length; index++) outputs[index] = judges[index]?.(message)
    }
  }
  for (let turn = 0; turn < WARM_UP_ROUNDS; turn++) round()
  let fastestMs = Number.POSITIVE_INFINITY
  for (const startMs = performance.now(); performance.now() - startMs < MEASURE_MS; ) {
    const roundMs = performance.now()
    round()
    fastestMs = Math.min(fastestMs, performance.now() - roundMs)
  }
  if (outputs.length !== judges.length) throw new Error('not all rules were measured')
  return (messages.length / fastestMs) * 1000
}

async function queriesPerSecond(
  messages: readonly MachineMessage[],
  queries: readonly Query[],
): Promise<number> {
  const inputs = messages.map(queryInput)
  let fastestMs = Number.POSITIVE_INFINITY
  for (const startMs = performance.now(); performance.now() - startMs < 2 * MEASURE_MS; ) {
    const roundMs = performance.now()
    for (const input of inputs) for (const query of queries) await query.evaluate(input)
    fastestMs = Math.min(fastestMs, performance.now() - roundMs)
  }
  return (messages.length / fastestMs) * 1000
}

interface Speeds {
  readonly sql: number
  readonly handWritten: number
}

function toResult(
  all: Speeds,
  jsonataPerSecond: number,
  each: Readonly<Record<string, Speeds>>,
): BenchResult {
  const vsHandWritten = all.sql / all.handWritten
  const vsJsonata = all.sql / jsonataPerSecond
  const speeds = Object.entries(each)
  return {
    figures: {
      messagesPerSecond: all.sql,
      handWrittenPerSecond: all.handWritten,
      jsonataPerSecond,
      each: Object.fromEntries(speeds.map(([name, { sql }]) => [name, sql])),
    },
    ratios: {
      vsHandWritten,
      vsJsonata,
      each: Object.fromEntries(speeds.map(([name, { sql, handWritten }]) => [name, sql / handWritten])),
    },
    goals: {
      vsHandWritten: atLeast(VS_HAND_WRITTEN_WANTED, vsHandWritten),
      vsJsonata: atLeast(VS_JSONATA_WANTED, vsJsonata),
    },
  }
}
