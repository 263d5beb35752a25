import { isDeepStrictEqual } from 'node:util'
import jsonata from 'jsonata'
import { compileSql } from '../shared/sql/compile.ts'
import { toJsonText } from '../shared/sql/convert.ts'
import type { SqlEnvironment } from '../shared/sql/function.ts'
import type { SqlValue } from '../shared/sql/value.ts'
import { atLeast, type Benchmark, type BenchResult } from './benchmark.ts'
import { generateMessages, type MachineMessage } from './rules/messages.ts'
import { RULES, type RuleInThreeLanguages } from './rules/rules.ts'

/** Each measurement takes this long; its first rounds warm up. */
const MEASURE_MS = 2000
const MESSAGES = 2000
/** Messages that are timed at once: a millisecond or less. */
const CHUNK = 100
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
    progress('all rules')
    const all = measure(messages, sql, handWritten)
    const figures: Record<string, Speeds> = {}
    for (const [index, { name }] of RULES.entries()) {
      progress(`the rule ${name}`)
      figures[name] = measure(messages, sql.slice(index, index + 1), handWritten.slice(index, index + 1))
    }
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

/**
 * Messages a second of both ways, in turns. Messages are timed in chunks and the fastest time of each chunk counts:
 * noise only ever adds.
 */
function measure(
  messages: readonly MachineMessage[],
  sql: readonly Judge[],
  handWritten: readonly Judge[],
): Speeds {
  const chunks = Array.from({ length: messages.length / CHUNK }, (_, index) =>
    messages.slice(index * CHUNK, (index + 1) * CHUNK),
  )
  const fastestMs = [sql, handWritten].map(() => chunks.map(() => Number.POSITIVE_INFINITY))
  for (const startMs = performance.now(); performance.now() - startMs < MEASURE_MS; ) {
    for (const [way, judges] of [sql, handWritten].entries()) {
      for (const [index, chunk] of chunks.entries()) {
        const times = fastestMs[way] as number[]
        times[index] = Math.min(times[index] as number, timeMs(chunk, judges))
      }
    }
  }
  const [sqlMs = 0, handWrittenMs = 0] = fastestMs.map((times) => times.reduce((sum, ms) => sum + ms, 0))
  return { sql: (messages.length / sqlMs) * 1000, handWritten: (messages.length / handWrittenMs) * 1000 }
}

/** Outputs are kept until the next message, so that none is left out as unused. */
const outputs: unknown[] = []

function timeMs(messages: readonly MachineMessage[], judges: readonly Judge[]): number {
  const startMs = performance.now()
  for (const message of messages) {
    for (let index = 0; index < judges.length; index++) outputs[index] = judges[index]?.(message)
  }
  return performance.now() - startMs
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
