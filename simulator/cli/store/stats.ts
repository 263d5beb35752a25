import { statfsSync } from 'node:fs'
import * as z from 'zod'
import { explainForecast } from '../../../shared/retention/explain.ts'
import { type DiskForecast, type DiskSample, forecastFull } from '../../../shared/retention/forecast.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import { CliError } from '../errors.ts'
import { formatBytes, formatCount, formatCounted } from '../figures.ts'
import type { Gateway } from '../gateway.ts'
import type { StateDirectory } from '../state-directory.ts'
import { formatTable } from '../table.ts'
import { directoryBytes } from './directory-size.ts'
import { withStoppedJournal } from './stopped.ts'
import { storedFigures } from './stored-figures.ts'

/** What `genba store stats --json` prints: an interface others rely on. */
export interface StoreStats {
  readonly v: 1
  readonly samples: number
  readonly tags: number
  /** Of the store's directory, with indexes and what is not cleaned up yet. */
  readonly bytesOnDisk: number
  /** Null while there are no samples. */
  readonly bytesPerSample: number | null
  readonly byLevel: {
    /** Frames that wait to be sealed. */
    readonly journal: { readonly samples: number; readonly bytes: number }
    readonly chunks: { readonly samples: number; readonly bytes: number; readonly count: number }
  }
  /** Event time of the first and the last sample; null while there is none. */
  readonly oldestUs: number | null
  readonly newestUs: number | null
  /** When the disk is full, from the growth of the last days; unknown before the first. */
  readonly forecast: DiskForecast
}

interface StoreFigures {
  readonly samples: number
  readonly unsealedBytes: number
  readonly chunks: StoreStats['byLevel']['chunks']
  readonly tags: AsyncIterable<readonly TagTimes[]> | Iterable<readonly TagTimes[]>
  readonly disk: readonly DiskSample[]
}

interface TagTimes {
  readonly firstTimeUs: number
  readonly lastTimeUs: number
  readonly sampleCount: number
}

/** @throws CliError `GENBA_STATE_MISSING` when nothing was stored; `GENBA_GATEWAY_RUNNING` when it is in use */
export async function readStoppedStats(state: StateDirectory): Promise<StoreStats> {
  return withStoppedJournal(state, (journal) => {
    const { totals, sealing } = journal
    return makeStats(state, {
      samples: totals.samples - totals.removedSamples,
      disk: journal.observed.disk,
      unsealedBytes: totals.frameBytes - sealing.frameBytes,
      chunks: { samples: sealing.samples, bytes: sealing.chunkBytes, count: sealing.chunks },
      tags: [journal.tags('', Infinity)],
    })
  })
}

/** What the historian tells with its health, and the tags it is asked for. */
export async function readRunningStats(
  { state, board, historian, law }: Pick<Gateway, 'state' | 'board' | 'historian' | 'law'>,
  signal: AbortSignal,
): Promise<StoreStats> {
  const figure = (name: string): number => {
    const value = board.figure(`genba_historian_${name}`)
    if (value !== undefined) return value
    throw new CliError('GENBA_GATEWAY_BUSY', 'the historian has not told its figures yet', {
      where: state.path,
      mend: 'ask again in a second',
    })
  }
  const { samples, unsealedBytes, sealed } = storedFigures(figure)
  const { observedDisk: disk } = Observations.parse(await law.ask({ op: 'law' }))
  return makeStats(state, { samples, unsealedBytes, chunks: sealed, tags: historian.tags(signal), disk })
}

const Observations = z.object({
  observedDisk: z.array(z.object({ timeUs: z.number(), usedBytes: z.number() })),
})

/** What is free on the disk now is for this store alone, as far as anybody can tell. */
function forecastFor(directory: string, disk: readonly DiskSample[]): DiskForecast {
  const { bavail, bsize } = statfsSync(directory)
  return forecastFull(disk, (disk.at(-1)?.usedBytes ?? 0) + bavail * bsize)
}

async function makeStats(
  { path, historianStore }: StateDirectory,
  { samples, unsealedBytes, chunks, tags, disk }: StoreFigures,
): Promise<StoreStats> {
  let tagCount = 0
  let oldestUs = Infinity
  let newestUs = -Infinity
  for await (const some of tags) {
    for (const { firstTimeUs, lastTimeUs, sampleCount } of some) {
      tagCount += 1
      if (sampleCount === 0) continue
      oldestUs = Math.min(oldestUs, firstTimeUs)
      newestUs = Math.max(newestUs, lastTimeUs)
    }
  }
  const bytesOnDisk = directoryBytes(historianStore)
  return {
    v: 1,
    samples,
    tags: tagCount,
    bytesOnDisk,
    bytesPerSample: samples === 0 ? null : bytesOnDisk / samples,
    byLevel: { journal: { samples: samples - chunks.samples, bytes: unsealedBytes }, chunks },
    oldestUs: finite(oldestUs),
    newestUs: finite(newestUs),
    forecast: forecastFor(path, disk),
  }
}

const finite = (timeUs: number): number | null => (Number.isFinite(timeUs) ? timeUs : null)

export function renderStats(stats: StoreStats): string {
  const { samples, tags, bytesOnDisk, bytesPerSample, byLevel, oldestUs, newestUs, forecast } = stats
  const { journal, chunks } = byLevel
  const perSample = bytesPerSample === null ? '' : `, ${bytesPerSample.toFixed(2)} bytes a sample`
  const times = [oldestUs, newestUs].map((timeUs) => (timeUs === null ? 'none' : formatTimeUs(timeUs)))
  const level = (name: string, own: { samples: number; bytes: number }, count: string): string[] => [
    name,
    formatCount(own.samples),
    formatBytes(own.bytes),
    own.samples === 0 ? '' : (own.bytes / own.samples).toFixed(2),
    count,
  ]
  return [
    `${formatCounted(samples, 'sample')} of ${formatCounted(tags, 'tag')}\n`,
    `${formatBytes(bytesOnDisk)} on disk${perSample}\n`,
    `oldest ${times[0]}, newest ${times[1]}\n`,
    `the disk: ${explainForecast(forecast)}\n`,
    '\n',
    formatTable(
      ['level', 'samples', 'bytes', 'bytes a sample', 'chunks'],
      [level('journal', journal, ''), level('chunks', chunks, formatCount(chunks.count))],
    ),
  ].join('')
}
