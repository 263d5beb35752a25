import type { MachineState } from './messages.ts'

/** One rule in three languages of the same meaning; `undefined` is no match. */
export interface RuleInThreeLanguages {
  readonly name: string
  readonly sql: string
  /** As one writes it for the messages at hand: numbers are doubles, nothing is converted. */
  readonly handWritten: (topic: string, payload: MachineState) => unknown
  /** Over `{ topic: [levels], payload }`. */
  readonly jsonata: string
}

const STATES = ['stopped', 'running', 'starved', 'blocked']
const MODES = new Set(['auto', 'manual'])

export const RULES: readonly RuleInThreeLanguages[] = [
  {
    name: 'threshold',
    sql: "SELECT topic(2) AS machine, value FROM 'line1/+/state' WHERE value > 80",
    handWritten: (topic, { value }) => {
      const [line, machine, kind, ...rest] = topic.split('/')
      if (line !== 'line1' || kind !== 'state' || rest.length > 0 || !(value > 80)) return undefined
      return { machine, value }
    },
    jsonata:
      "topic[0] = 'line1' and $count(topic) = 3 and topic[2] = 'state' and payload.value > 80 ? {'machine': topic[1], 'value': payload.value}",
  },
  {
    name: 'conversion',
    sql: "SELECT tag, value * 1.8 + 32 AS fahrenheit FROM '#' WHERE unit = 'Cel'",
    handWritten: (_, { tag, unit, value }) =>
      unit === 'Cel' ? { tag, fahrenheit: value * 1.8 + 32 } : undefined,
    jsonata: "payload.unit = 'Cel' ? {'tag': payload.tag, 'fahrenheit': payload.value * 1.8 + 32}",
  },
  {
    name: 'enrichment',
    sql: "SELECT *, topic(1) AS line FROM 'line2/#' WHERE quality = 'good'",
    handWritten: (topic, payload) =>
      topic.startsWith('line2/') && payload.quality === 'good'
        ? { ...payload, line: topic.split('/')[0] }
        : undefined,
    jsonata: "topic[0] = 'line2' and payload.quality = 'good' ? $merge([payload, {'line': topic[0]}])",
  },
  {
    name: 'states',
    sql: `SELECT tag, CASE state WHEN 0 THEN 'stopped' WHEN 1 THEN 'running' WHEN 2 THEN 'starved' WHEN 3 THEN 'blocked'
      ELSE 'fault' END AS state FROM '+/+/state'`,
    handWritten: (topic, { tag, state }) => {
      const levels = topic.split('/')
      return levels.length === 3 && levels[2] === 'state'
        ? { tag, state: STATES[state] ?? 'fault' }
        : undefined
    },
    jsonata:
      "$count(topic) = 3 and topic[2] = 'state' ? {'tag': payload.tag, 'state': payload.state = 0 ? 'stopped' : payload.state = 1 ? 'running' : payload.state = 2 ? 'starved' : payload.state = 3 ? 'blocked' : 'fault'}",
  },
  {
    name: 'texts',
    sql: "SELECT upper(mode) AS mode, substring(serial, 3) AS number FROM '#' WHERE mode IN ['auto', 'manual'] AND startswith(serial, 'PX')",
    handWritten: (_, { mode, serial }) =>
      MODES.has(mode) && serial.startsWith('PX')
        ? { mode: mode.toUpperCase(), number: serial.slice(3) }
        : undefined,
    jsonata:
      "payload.mode in ['auto', 'manual'] and $substring(payload.serial, 0, 2) = 'PX' ? {'mode': $uppercase(payload.mode), 'number': $substring(payload.serial, 3)}",
  },
  {
    name: 'lists',
    sql: "SELECT tag, (SELECT VALUE n FROM readings WHERE v > 50) AS high FROM '#'",
    handWritten: (_, { tag, readings }) => ({
      tag,
      high: readings.filter(({ v }) => v > 50).map(({ n }) => n),
    }),
    jsonata: "{'tag': payload.tag, 'high': [payload.readings[v > 50].n]}",
  },
  {
    name: 'reshaping',
    sql: "SELECT position.x AS at.x, position.y AS at.y, abs(position.x) + abs(position.y) AS distance FROM 'line1/#'",
    handWritten: (topic, { position: { x, y } }) =>
      topic.startsWith('line1/') ? { at: { x, y }, distance: Math.abs(x) + Math.abs(y) } : undefined,
    jsonata:
      "topic[0] = 'line1' ? {'at': {'x': payload.position.x, 'y': payload.position.y}, 'distance': $abs(payload.position.x) + $abs(payload.position.y)}",
  },
  {
    name: 'logic',
    sql: "SELECT tag, pressure, flow FROM '#' WHERE (pressure > 6.5 OR flow < 1.2) AND NOT maintenance",
    handWritten: (_, { tag, pressure, flow, maintenance }) =>
      (pressure > 6.5 || flow < 1.2) && !maintenance ? { tag, pressure, flow } : undefined,
    jsonata:
      "(payload.pressure > 6.5 or payload.flow < 1.2) and $not(payload.maintenance) ? {'tag': payload.tag, 'pressure': payload.pressure, 'flow': payload.flow}",
  },
  {
    name: 'counters',
    sql: "SELECT tag, good * 100 / total AS percent, total - good AS rejects FROM '#' WHERE total > 0 AND good <> total",
    handWritten: (_, { tag, good, total }) =>
      total > 0 && good !== total
        ? { tag, percent: Math.trunc((good * 100) / total), rejects: total - good }
        : undefined,
    jsonata:
      "payload.total > 0 and payload.good != payload.total ? {'tag': payload.tag, 'percent': $floor(payload.good * 100 / payload.total), 'rejects': payload.total - payload.good}",
  },
  {
    name: 'patterns',
    sql: "SELECT concat(tag, ':', code) AS id, get_or_default(text, 'none') AS text FROM '#' WHERE regexp_matches(code, '^E[0-9]{3}$')",
    handWritten: (_, payload) => {
      const { tag, code } = payload
      if (!/^E[0-9]{3}$/.test(code)) return undefined
      return { id: `${tag}:${code}`, text: Reflect.get(payload, 'text') ?? 'none' }
    },
    jsonata:
      "$contains(payload.code, /^E[0-9]{3}$/) ? {'id': payload.tag & ':' & payload.code, 'text': $exists(payload.text) ? payload.text : 'none'}",
  },
]
