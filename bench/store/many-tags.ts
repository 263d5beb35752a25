import { mkdirSync, rmSync } from 'node:fs'
import { writtenBytes } from './disk.ts'
import { generatedSeries } from './generated.ts'
import type { Batch, Series } from './series.ts'
import type { OpenStore } from './store.ts'
import type { ManyTagsFigures } from './task.ts'

/** Of each of two series: together what a gateway gathers for one commit. */
const TAGS_EACH = 24
const NAMES = ['sine', 'vibration']

/**
 * Commits as a gateway makes them: 48 tags, a thousand samples each. What they wear a disk shows once the store has
 * merged its files a few times. A commit of a single tag is a few hundred bytes, and a disk writes pages.
 */
export async function measureManyTags(
  open: OpenStore,
  directory: string,
  commitsMax: number,
): Promise<ManyTagsFigures> {
  mkdirSync(directory)
  try {
    const writtenBefore = writtenBytes()
    const store = await open(directory, 'number')
    let sampleCount = 0
    let ms = 0
    for (const batches of commits(commitsMax)) {
      const startMs = performance.now()
      await store.append(batches)
      ms += performance.now() - startMs
      for (const { timesUs } of batches) sampleCount += timesUs.length
    }
    const settleStartMs = performance.now()
    await store.settle()
    ms += performance.now() - settleStartMs
    const { frameBytes = 0 } = store
    await store.close()
    return { sampleCount, ms, writtenBytes: writtenBytes() - writtenBefore, frameBytes }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function* commits(countMax: number): Iterable<Batch[]> {
  let count = 0
  for (const batches of inStep(generatedSeries().filter(({ name }) => NAMES.includes(name)))) {
    if (count === countMax) return
    count++
    yield batches.flatMap((batch) =>
      Array.from({ length: TAGS_EACH }, (_, index) => ({ ...batch, tag: `${batch.tag}/${index}` })),
    )
  }
}

/** The n-th batches of all series together. */
function* inStep(series: readonly Series[]): Iterable<Batch[]> {
  const iterators = series.map((each) => each.batches()[Symbol.iterator]())
  for (;;) {
    const batches = iterators.flatMap((iterator) => {
      const next = iterator.next()
      return next.done ? [] : [next.value]
    })
    if (batches.length === 0) return
    yield batches
  }
}
