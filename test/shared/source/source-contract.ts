import { describe, expect, it } from 'vitest'
import type { Files, Log } from '../../../shared/component/host.ts'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import type { Source, SourceBatch, SourceContext } from '../../../shared/source/source.ts'
import { createVirtualClock, type VirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'

/** A source under test, and how to make it give something. */
export interface SourceUnderTest {
  readonly source: Source
  readonly files?: Files
  /** Called as virtual time passes: makes a machine move. */
  readonly stir?: () => void
  /** How far a sample may lie behind one given before. */
  readonly disorderUs: number
  /** For finite sources: how many samples it gives in all. */
  readonly samples?: number
}

export interface SourceSetup {
  readonly make: (clock: VirtualClock) => SourceUnderTest
  /** A source that cannot work, and the code of its error. */
  readonly broken: { readonly make: () => Source; readonly files?: Files; readonly code: string }
}

export const START_US = Date.UTC(2026, 0, 1) * 1000

const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

const noFiles: Files = {
  sizeBytes: async (path) => Promise.reject(unreadable(path)),
  read: async (path) => Promise.reject(unreadable(path)),
}

const unreadable = (path: string) =>
  new GenbaError('GENBA_FILE_UNREADABLE', 'the file cannot be read', { issues: [{ where: path }] })

/** Files that are texts in memory. */
export function filesOf(texts: Readonly<Record<string, string | Uint8Array>>): Files {
  const bytesOf = (path: string) => {
    const text = texts[path]
    if (text === undefined) throw unreadable(path)
    return typeof text === 'string' ? new TextEncoder().encode(text) : text
  }
  return {
    sizeBytes: async (path) => bytesOf(path).length,
    read: async (path, offset, length) => bytesOf(path).slice(offset, offset + length),
  }
}

export function contextOf(
  clock: VirtualClock,
  options: { files?: Files | undefined; signal?: AbortSignal; resumeAfter?: string; log?: Log } = {},
): SourceContext {
  return {
    clock,
    scheduler: createVirtualScheduler(clock, (run) => run()),
    files: options.files ?? noFiles,
    log: options.log ?? silentLog,
    signal: options.signal ?? new AbortController().signal,
    resumeAfter: options.resumeAfter ?? '',
  }
}

/** Reads a source for so long in virtual time, or until it has given so many batches. */
export async function readFor(
  under: SourceUnderTest,
  clock: VirtualClock,
  options: { ms?: number; batches?: number; resumeAfter?: string } = {},
): Promise<{ batches: SourceBatch[]; hasEnded: boolean }> {
  const { ms = 20_000, batches: most = Infinity, resumeAfter = '' } = options
  const stopping = new AbortController()
  const batches: SourceBatch[] = []
  let hasEnded = false
  const context = contextOf(clock, { files: under.files, signal: stopping.signal, resumeAfter })
  const reading = (async () => {
    for await (const batch of under.source.read(context)) {
      batches.push(batch)
      if (batches.length >= most) stopping.abort()
    }
    hasEnded = !stopping.signal.aborted
  })()
  for (let passed = 0; passed < ms && !hasEnded && batches.length < most; passed += 50) {
    under.stir?.()
    await clock.runUntil(clock.nowUs() + 50_000)
  }
  stopping.abort()
  await clock.runUntil(clock.nowUs() + 1_000_000)
  await reading
  return { batches, hasEnded }
}

const samplesOf = (batches: readonly SourceBatch[]) =>
  batches.flatMap(({ columns }) =>
    columns.flatMap(({ tag, timesUs, quality, data }) =>
      [...timesUs].map((timeUs, index) => [tag, timeUs, data.values[index], quality[index]] as const),
    ),
  )

/** Batches may be cut elsewhere in another reading; the samples of each tag are the same. */
const byTag = (batches: readonly SourceBatch[]) => {
  const samples = samplesOf(batches)
  const tags = [...new Set(samples.map(([tag]) => tag))].sort()
  return tags.flatMap((tag) => samples.filter((sample) => sample[0] === tag))
}

/** What every source of the collector keeps, whatever it reads. */
export function testSource(name: string, setup: SourceSetup): void {
  describe(`the source contract, ${name}`, () => {
    const start = () => {
      const clock = createVirtualClock({ wallUs: START_US })
      return { clock, under: setup.make(clock) }
    }

    it('gives columns of one length with whole microseconds', async () => {
      const { clock, under } = start()
      const { batches, hasEnded } = await readFor(under, clock)
      expect(samplesOf(batches).length).toBeGreaterThan(0)
      for (const { timesUs, quality, data } of batches.flatMap(({ columns }) => columns)) {
        expect(quality.length).toBe(timesUs.length)
        expect(data.values.length).toBe(timesUs.length)
        expect([...timesUs].every(Number.isSafeInteger)).toBe(true)
      }
      if (under.samples !== undefined) {
        expect(samplesOf(batches)).toHaveLength(under.samples)
        expect(hasEnded).toBe(true)
      }
    })

    it('never takes its watermark back, nor gives samples that it has declared complete', async () => {
      const { clock, under } = start()
      const { batches, hasEnded } = await readFor(under, clock)
      let completeBeforeUs = -Infinity
      for (const batch of batches) {
        const earliestUs = completeBeforeUs - under.disorderUs
        expect(samplesOf([batch]).filter(([, timeUs]) => timeUs < earliestUs)).toEqual([])
        expect(batch.completeBeforeUs).toBeGreaterThanOrEqual(completeBeforeUs)
        completeBeforeUs = batch.completeBeforeUs
      }
      expect(completeBeforeUs).toBeGreaterThan(-Infinity)
      if (hasEnded) expect(completeBeforeUs).toBe(Infinity)
    })

    it('stops at the signal', async () => {
      const { clock, under } = start()
      const { batches } = await readFor(under, clock, { batches: 1 })
      expect(batches).toHaveLength(1)
    })

    it('says whether it can be read again, and resumes exactly after any of its batches', async () => {
      const { clock, under } = start()
      const { batches } = await readFor(under, clock)
      if (!under.source.replayable) {
        expect(batches.every(({ position }) => position === '')).toBe(true)
        return
      }
      for (const [index, { position }] of batches.entries()) {
        const again = await readFor(setup.make(clock), clock, { resumeAfter: position })
        expect(byTag(again.batches)).toEqual(byTag(batches.slice(index + 1)))
        expect(again.batches.at(-1)?.position).toBe(batches.at(-1)?.position)
      }
    })

    it('fails with an error that says what is wrong and how to mend it', async () => {
      const clock = createVirtualClock({ wallUs: START_US })
      const reading = (async () => {
        const source = setup.broken.make()
        for await (const _ of source.read(contextOf(clock, { files: setup.broken.files }))) return undefined
        return undefined
      })()
      const error = await reading.catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(GenbaError)
      expect(error).toMatchObject({ code: setup.broken.code })
      expect(error instanceof GenbaError && error.issues[0]).toMatchObject({ where: expect.any(String) })
    })
  })
}
