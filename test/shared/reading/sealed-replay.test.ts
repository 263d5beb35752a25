import { describe, expect, it } from 'vitest'
import { parseAggregates } from '../../../shared/aggregate/spec.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { SampleFrame } from '../../../shared/frame/frame.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import type { RangeQuery } from '../../../shared/journal/read/range-reader.ts'
import { replaySealed } from '../../../shared/reading/sealed-replay.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import { createWindowEngine } from '../../../shared/window/window-engine.ts'
import { sealAll } from '../../support/seal-all.ts'
import { column } from '../journal/frames.ts'

const MINUTE_US = 60_000_000
const HOUR_US = 60 * MINUTE_US

/** Two machines for 30 hours, a sample a minute, half an hour a frame; each says how far it is complete. */
function frames(): Uint8Array[] {
  return Array.from({ length: 60 }, (_, half) => half).flatMap((half) =>
    ['p', 'q'].map((producer) => {
      const points = Array.from({ length: 30 }, (_, i) => {
        const minute = half * 30 + i
        return [minute * MINUTE_US, minute % 7] as const
      })
      const content = encodeContent({
        body: 'samples',
        columns: [column(`line/${producer}`, points)],
        completeBeforeUs: (half + 1) * 30 * MINUTE_US,
        position: '',
      })
      return sealFrame(content, { producer, epoch: 1, sequence: half })
    }),
  )
}

async function* sealedIn(journal: Journal): AsyncGenerator<SampleFrame> {
  const range = async function* (query: Omit<RangeQuery, 'cursor'>) {
    for await (const { bytes } of journal.range({ ...query, cursor: '' })) yield samplesIn(bytes)
  }
  yield* replaySealed({ range }, journal.tags('', 100))
}

async function* logOf(journal: Journal): AsyncGenerator<SampleFrame> {
  let afterLsn = 0
  while (afterLsn < journal.headLsn) {
    const page = await journal.logPage({ afterLsn, body: 'samples', bytesMax: 1e6 })
    for (const { bytes } of page.frames) yield samplesIn(bytes)
    afterLsn = page.readLsn
  }
}

function samplesIn(bytes: Uint8Array): SampleFrame {
  const frame = decodeFrame(bytes)
  if (frame.body !== 'samples') throw new Error('there are samples only')
  return frame
}

async function windowsOver(...sources: readonly AsyncIterable<SampleFrame>[]): Promise<unknown[]> {
  const engine = createWindowEngine([
    {
      name: 'hour',
      tags: ['#'],
      key: { by: 'tag' },
      window: { type: 'tumbling', sizeUs: HOUR_US, offsetUs: 0 },
      allowedLatenessUs: 0,
      lateFlushUs: 0,
      aggregates: parseAggregates(['count', 'sum']),
    },
  ])
  const panes: unknown[] = []
  for (const source of sources) {
    for await (const frame of source) {
      const taken = engine.take(frame)
      expect(taken.late).toEqual([])
      panes.push(...taken.panes)
    }
  }
  return panes.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

describe('a replay of what is sealed', () => {
  it('and of the log behind it gives the windows that the log gave when nothing was sealed', async () => {
    for (const sealedLsn of [1, 20, 37, 90, 118]) {
      const journal = await openJournal(createMemoryStore())
      await journal.append(frames())
      const before = await windowsOver(logOf(journal))
      await sealAll(journal, sealedLsn)
      expect(journal.sealing.sealedLsn).toBe(sealedLsn)
      expect(before).toHaveLength(60)
      expect(await windowsOver(sealedIn(journal), logOf(journal))).toEqual(before)
    }
  })

  it('of nothing gives nothing', async () => {
    const journal = await openJournal(createMemoryStore())
    await journal.append(frames())
    for await (const frame of sealedIn(journal)) throw new Error(`gave a frame of ${frame.header.producer}`)
  })
})
