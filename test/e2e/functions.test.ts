import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Gateway } from '../../simulator/cli/gateway.ts'
import { runningProcess, startTestGateway } from '../support/gateway.ts'
import { eventually, processesUnder, runGenba } from '../support/genba-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const PROCESSOR = 'genba.Processor'

/** Six seconds of a machine, at its own pace: trouble is under way all the time. */
const ROWS = 300
const STEP_MS = 20
const COLUMNS = ['temperature', 'loop', 'bomb', 'crash'] as const
const WINDOW_MS = 200
/** It is hot in the second half of every 40 rows. */
const isHot = (row: number): boolean => row % 40 >= 20
/** What the bad functions get: each of these rows. */
const BAD_ROWS = [30, 100, 170, 240]
const HOT_ROWS = Array.from({ length: ROWS }, (_, row) => row).filter(isHot)
const STARTED_MS = Math.floor(Date.now() / 1000 - 60) * 1000

const timeUsOf = (row: number): number => (STARTED_MS + row * STEP_MS) * 1000

function machineFile(): string {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const bad = BAD_ROWS.includes(row) ? 1 : 0
    return [new Date(timeUsOf(row) / 1000).toISOString(), isHot(row) ? 90 : 40, bad, bad, bad].join(',')
  })
  return `${[['time', ...COLUMNS].join(','), ...lines].join('\n')}\n`
}

/** Bad in the first version, mended in the second. */
const FUNCTIONS = {
  loop: 'export const handler = () => { for (;;) {} }',
  bomb: `export const handler = () => {
  const kept: number[][] = []
  for (;;) kept.push(new Array<number>(1000).fill(kept.length))
}`,
  crash: `export const handler = () => new Promise(() => {
  setTimeout(() => { throw new Error('nobody catches this') }, 1)
})`,
} as const
type BadName = keyof typeof FUNCTIONS
const BAD_NAMES = Object.keys(FUNCTIONS) as readonly BadName[]
const CAUSES: Readonly<Record<BadName, string>> = { loop: 'deadline', bomb: 'memory', crash: 'crash' }
const MENDED = 'export const handler = (event: { timeUs: number }) => ({ seen: event.timeUs })'
const HEALTHY = 'export const handler = (event: { timeUs: number }) => ({ seen: event.timeUs })'

const fileOf = (name: string): string => join(folder.path, `${name}.ts`)

/** A loop is told from slow work by its time alone; the others end by themselves, on a busy machine late. */
const timeoutOf = (name: string): string => (name === 'loop' ? '150ms' : '10s')

const functionsIn = (version: string) => [
  ...BAD_NAMES.map((name) => ({
    name,
    version,
    file: fileOf(name),
    timeout: version === 'bad' ? timeoutOf(name) : '10s',
    memory: '24MiB',
    workers: 1,
    retries: 1,
    backoff: '50ms',
    output: `genba/v1/function/${name}`,
  })),
  // A process that a bad one takes with it costs the good one an attempt.
  { name: 'report', file: fileOf('report'), timeout: '10s', retries: 20, backoff: '50ms' },
]

const callRule = (name: BadName) => ({
  name: `call-${name}`,
  sql: `SELECT timeUs FROM 'line/${name}' WHERE value = 1`,
  maxAge: '1h',
  actions: [{ type: 'call', function: name }],
})

const PROCESSING = {
  windows: [{ tags: ['#'], size: `${WINDOW_MS}ms` }],
  detections: [
    { type: 'threshold', name: 'hot', tags: ['line/temperature'], above: 70, hysteresis: 5, hold: '0s' },
  ],
  rules: [
    {
      name: 'stop',
      sql: "SELECT timeUs FROM 'line/temperature' WHERE value > 70",
      deadline: '50ms',
      maxAge: '1h',
      actions: [{ type: 'republish', topic: 'genba/v1/rule/stop' }],
    },
    {
      name: 'tell',
      sql: "SELECT timeUs FROM 'line/temperature' WHERE value > 70",
      maxAge: '1h',
      actions: [{ type: 'call', function: 'report' }],
    },
    ...BAD_NAMES.map(callRule),
  ],
  functions: functionsIn('bad'),
}

const FunctionList = z.object({
  functions: z.array(z.object({ name: z.string(), done: z.number() })),
  inputs: z.array(
    z.object({
      id: z.string(),
      function: z.string(),
      cause: z.string(),
      message: z.string(),
      attempts: z.number(),
    }),
  ),
})
type FunctionList = z.output<typeof FunctionList>

const RuleList = z.object({
  rules: z.array(
    z.object({ name: z.string(), matched: z.number(), latency: z.object({ count: z.number() }) }),
  ),
})

const listFunctions = async ({ processor }: Gateway): Promise<FunctionList> =>
  FunctionList.parse(await processor.ask({ op: 'functions' }))

const doneBy = ({ functions }: FunctionList, name: string): number | undefined =>
  functions.find((each) => each.name === name)?.done

/** Times of the samples that a rule has told of on a topic. */
async function timesOn({ nucleus }: Gateway, topic: string): Promise<ReadonlySet<number>> {
  const times = new Set<number>()
  await nucleus.bus('test').subscribe(topic, ({ payload }) => {
    const text = 'bytes' in payload ? Buffer.from(payload.bytes).toString() : JSON.stringify(payload.json)
    times.add(z.object({ timeUs: z.number() }).parse(JSON.parse(text)).timeUs)
  })
  return times
}

function writeFunctions(sources: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(sources)) writeFileSync(fileOf(name), `${text}\n`)
}

async function start(): Promise<Gateway> {
  writeFunctions({ ...FUNCTIONS, report: HEALTHY })
  const path = join(folder.path, 'line.csv')
  writeFileSync(path, machineFile())
  const sources = [{ type: 'csv', name: 'line', path, tagPrefix: 'line', speed: 1 }]
  // Java, because it tells components of a change; lite starts them anew.
  return startTestGateway(folder.path, 'java', { 'genba.Collector': { sources }, [PROCESSOR]: PROCESSING })
}

async function expectTotalsOfHealth(gateway: Gateway): Promise<void> {
  const windows = COLUMNS.length * ((ROWS * STEP_MS) / WINDOW_MS)
  const hotPhases = HOT_ROWS.filter((row) => !isHot(row - 1)).length
  const wanted = { samplesStored: ROWS * COLUMNS.length, windowsEmitted: windows, summariesReceived: windows }
  const isReached = (): true | undefined => {
    const { totals, alarms } = gateway.status()
    const counts = { ...totals, cleared: alarms.cleared }
    const all = { ...wanted, cleared: hotPhases }
    return (
      Object.entries(all).every(([name, count]) => (counts[name as keyof typeof counts] ?? 0) >= count) ||
      undefined
    )
  }
  await eventually('all windows and alarms', 20_000, isReached)
  expect(gateway.status().totals).toMatchObject({ ...wanted, windowsRevised: 0 })
  expect(gateway.status().alarms).toEqual({ active: 0, raised: hotPhases, cleared: hotPhases })
}

async function mend(gateway: Gateway): Promise<void> {
  writeFunctions({ loop: MENDED, bomb: MENDED, crash: MENDED })
  await gateway.nucleus.mergeConfiguration(PROCESSOR, { functions: functionsIn('mended') })
}

describe('functions that loop for ever, eat memory and crash', () => {
  it('cost the processor nothing, and their inputs are listed, replayed and discarded', async () => {
    const gateway = await start()
    const at = ['--state', gateway.state.path, '--json']
    try {
      const stopped = await timesOn(gateway, 'genba/v1/rule/stop')
      const before = await eventually('the processor', 20_000, () => runningProcess(gateway, PROCESSOR))

      await eventually('every bad input to be set aside', 30_000, async () => {
        const { inputs } = await listFunctions(gateway)
        return inputs.length === BAD_NAMES.length * BAD_ROWS.length || undefined
      })
      const list = await runGenba(['function', 'list', ...at])
      expect(list.code, list.stderr).toBe(0)
      const { inputs } = FunctionList.parse(JSON.parse(list.stdout))
      for (const name of BAD_NAMES) {
        const own = inputs.filter((input) => input.function === name)
        expect(own.map(({ attempts }) => attempts)).toEqual(BAD_ROWS.map(() => 2))
        // Where one takes the process of all functions with it, the others at work then crash with it.
        for (const { cause } of own) expect([CAUSES[name], 'crash']).toContain(cause)
      }
      await expectTotalsOfHealth(gateway)
      const rules = RuleList.parse(await gateway.processor.ask({ op: 'rules' }))
      expect(rules.rules.find(({ name }) => name === 'stop')).toMatchObject({
        matched: HOT_ROWS.length,
        latency: { count: HOT_ROWS.length },
      })
      expect([...stopped].sort()).toEqual(HOT_ROWS.map(timeUsOf))
      await eventually('the healthy function', 20_000, async () =>
        doneBy(await listFunctions(gateway), 'report') === HOT_ROWS.length ? true : undefined,
      )

      await mend(gateway)
      const [first, ...others] = inputs.filter((input) => input.function === 'loop')
      for (const { id } of [...others, ...inputs.filter((input) => input.function !== 'loop')]) {
        await gateway.processor.ask({ op: 'input', kind: 'replay', input: id })
      }
      const discard = await runGenba(['function', 'discard', first?.id ?? '', ...at])
      expect(discard.code, discard.stderr).toBe(0)
      const mended = await eventually('every replayed input to be done', 20_000, async () => {
        const now = await listFunctions(gateway)
        return now.inputs.length === 0 ? now : undefined
      })
      expect(BAD_NAMES.map((name) => doneBy(mended, name))).toEqual([3, 4, 4])
      expect(runningProcess(gateway, PROCESSOR)).toEqual(before)
      expect(before.restarts).toBe(0)

      const unknown = await runGenba(['function', 'replay', 'no-such-input', ...at])
      expect(unknown.code).toBe(1)
      expect(unknown.stderr).toContain('GENBA_INPUT_UNKNOWN')
    } finally {
      await gateway.stop()
    }
    expect(processesUnder(folder.path)).toEqual([])
  })
})
