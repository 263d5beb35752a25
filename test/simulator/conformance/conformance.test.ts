import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConformanceOptions, runConformance } from '../../../simulator/conformance/conformance.ts'
import {
  EMULATED_REGION,
  type EmulatedCore,
  startEmulatedCore,
} from '../../../simulator/conformance/emulated-core.ts'
import { describeConformance } from '../../../simulator/conformance/report-text.ts'
import { createFrameWriter } from '../../../simulator/nucleus/wire/frame-writer.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const question = (socketPath: string, token: string): ConformanceOptions => ({
  core: 'emulated',
  socketPath,
  token,
  region: EMULATED_REGION,
  answerMs: 5000,
  nowMs: Date.now(),
})

describe('the recordings of nucleus lite', () => {
  let core: EmulatedCore
  beforeAll(async () => {
    core = await startEmulatedCore()
  })
  afterAll(() => core.stop())

  it('are what the emulated core answers, but for differences that have a reason', async () => {
    const report = await runConformance(question(core.socketPath, core.token))
    expect(report.unexplained).toEqual([])
    expect(report.gone).toEqual([])
    expect(report.explained.map(({ step }) => step)).toEqual([
      'updateState RUNNING',
      'connect: name by cgroup',
    ])
    expect(report.steps).toBeGreaterThan(75)
  })

  it('are not replayed where the token is refused', async () => {
    await expect(runConformance(question(core.socketPath, 'AAAAAAAAAAAAAAAA'))).rejects.toMatchObject({
      code: 'GENBA_CORE_REFUSES',
    })
  })
})

describe('a core that answers otherwise', () => {
  let server: Server
  const socketPath = join(folder.path, 'other.socket')
  const shape = { messageType: 5, flags: 1, headers: [], protocolHeadersFirst: true }
  const acknowledge = createFrameWriter(shape)

  beforeAll(async () => {
    // Takes whoever comes, and closes on the first thing that is asked.
    server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write(acknowledge(0, Buffer.alloc(0)))
        socket.once('data', () => socket.end())
      })
    })
    await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  })
  afterAll(() => server.close())

  it('is told step by step: what was recorded and what came', async () => {
    const report = await runConformance({ ...question(socketPath, 'any'), core: 'given' })
    expect(report.unexplained.length).toBeGreaterThan(60)
    expect(report.unexplained).toContainEqual({
      recording: 'session',
      step: 'subscribe oracle/a',
      missing: ['1 response SubscribeToTopicResponse {}'],
      unexpected: ['CLOSED'],
    })
    const text = describeConformance(report)
    expect(text).toContain(
      'DIFFERS  session: subscribe oracle/a\n  recorded    1 response SubscribeToTopicResponse {}',
    )
    expect(text).toMatch(/81 steps, \d+ differ without a reason, \d with one\n$/)
  })

  it('is named when it is not there', async () => {
    await expect(runConformance(question(join(folder.path, 'none'), 'any'))).rejects.toMatchObject({
      code: 'GENBA_CORE_UNREACHABLE',
    })
  })
})
