import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BusMessage } from '../../shared/component/host.ts'
import { decodeFrame } from '../../shared/frame/decode.ts'
import type { SampleFrame } from '../../shared/frame/frame.ts'
import { demonstration } from '../cli/demonstration.ts'
import type { Configurations, Installation } from '../cli/deployments.ts'
import type { Gateway } from '../cli/gateway.ts'
import { startGateway } from '../cli/start-gateway.ts'
import { stateDirectory } from '../cli/state-directory.ts'
import { packFixture, readTree } from './fixture.ts'
import { MessageSample } from './message-sample.ts'
import { rowsOf } from './rows.ts'

export interface RecordOptions {
  readonly installation: Installation
  /** Long enough for alarms to come and go and for windows to close. */
  readonly runS: number
}

const WHO = { by: 'release', reason: 'something of everything' }
const CLIENT = 'genba.Release'
const FEEDS = 'genba/v1/feed/'
/** Frames that nobody acknowledges gather for so long. */
const UNHEARD_MS = 4000
/** What was measured this long ago has been on the bus. */
const SETTLED_MS = 1500

/**
 * Runs a gateway that leaves something of everything: sealed and unsealed frames, records, the law and its audit trail,
 * a checkpoint, cursors, and frames in the outbox that the historian never had.
 *
 * @returns the fixture as a ZIP archive
 */
export async function recordRelease({ installation, runS }: RecordOptions): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'genba-release-'))
  const state = stateDirectory(join(folder, 'gateway'))
  const sample = new MessageSample()
  const seen = new Map<string, SampleFrame>()
  try {
    const gateway = await startGateway({
      installation,
      state,
      flavour: 'java',
      configurations: configurations(installation),
    })
    await gateway.nucleus.bus(CLIENT).subscribe('genba/v1/#', (message) => {
      sample.take(message)
      keepSamples(message, seen)
    })
    await sleep(runS * 1000)
    await askOfEverything(gateway)
    gateway.nucleus.kill('genba.Historian', 'SIGSTOP')
    const silentMs = Date.now()
    await sleep(UNHEARD_MS)
    await gateway.stop()
    const frames = [...seen.values()]
    const manifest = {
      v: 1 as const,
      version: installation.version,
      thing: state.thing,
      stored: await rowsOf(frames, (silentMs - SETTLED_MS) * 1000),
      all: await rowsOf(frames, seenUntilUs(frames)),
    }
    const work = readTree(join(state.greengrass, 'work'), isOwnFile)
    return packFixture({ manifest, messages: sample.messages, work })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Stores, without the logs and locks of the engine; keys are nobody else's. */
const isOwnFile = (path: string): boolean =>
  /^genba\.\w+\/store\//.test(path) && !/\/(LOG|LOG\.old|LOCK)$/.test(path)

function configurations(installation: Installation): Configurations {
  const own = demonstration(installation, { seed: 1, machines: 1 })
  return {
    ...own,
    'genba.Historian': {
      sealAfter: '5s',
      headEvery: '5s',
      lawClasses: [{ name: 'kept', keepAtLeast: '1y', residency: 'site' }],
      laws: [{ tags: ['line1/#'], class: 'kept' }],
    },
  }
}

/** Once: without an acknowledgement a frame is sent again. */
function keepSamples({ topic, payload }: BusMessage, frames: Map<string, SampleFrame>): void {
  if (!topic.startsWith(FEEDS) || !('bytes' in payload)) return
  const frame = decodeFrame(payload.bytes)
  const { producer, epoch, sequence } = frame.header
  if (frame.body === 'samples') frames.set(`${producer} ${epoch} ${sequence}`, frame)
}

/** Everything before was on the bus: a sender without acknowledgements stops before its sources do. */
function seenUntilUs(frames: readonly SampleFrame[]): number {
  const seen = new Map<string, number>()
  for (const { header } of frames) {
    seen.set(header.producer, Math.max(seen.get(header.producer) ?? 0, header.completeBeforeUs))
  }
  return Math.min(...seen.values())
}

/** One question of each kind, so that every message is seen. */
async function askOfEverything({ history, historian, processor, law }: Gateway): Promise<void> {
  const query = { tags: ['line1/#'] }
  const reads = [
    history.range({ ...query, toUs: 0 }),
    history.range(query),
    history.tags(),
    history.last(query),
    history.statistics({ ...query, everySample: true }),
    history.cells({ ...query, widthUs: 1_000_000 }),
    history.gaps({ ...query, longerThanUs: 1_000_000 }),
    history.picture({ ...query, pointsMax: 100, method: 'm4' }),
    historian.log({ afterLsn: 0, body: 'records' }),
    historian.verify(),
  ]
  for (const read of reads) {
    for await (const _ of read) {
      // The messages are what counts.
    }
  }
  await historian.head(0)
  await historian.producers(['genba.Collector/factory'])
  for (const op of ['rules', 'alarms', 'functions'] as const) await processor.ask({ op })
  await law.ask({ op: 'hold-place', hold: 'inquiry', scope: { tags: ['line1/press1/#'] }, ...WHO })
  for (const op of ['law', 'holds', 'erasures', 'retention'] as const) await law.ask({ op })
  await law.ask({ op: 'explain', tag: 'line1/press1/temperature', atUs: Date.now() * 1000 })
}
