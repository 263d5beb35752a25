import { writeSync } from 'node:fs'
import { openJournal } from '../../shared/journal/open.ts'
import { openLevelStore } from '../../shared/store/level-store.ts'
import { createRandom } from '../virtual/random.ts'
import { ACTIVITIES, type Activity } from './activities.ts'
import type { CrashWorld } from './crash-world.ts'
import { frameOf } from './frames.ts'

const BATCH_FRAMES_MAX = 5

/** `node WORKER STORE BACKUP EPOCH SEED`: works until it is killed. */
const [store = '', backup = '', epochText = '', seedText = ''] = process.argv.slice(2)
const epoch = Number(epochText)
const random = createRandom(Number(seedText)).fork(epochText)

/** At once, whatever happens next. */
const say = (line: string): void => void writeSync(1, `${line}\n`)

async function ingest({ journal }: CrashWorld): Promise<never> {
  for (let next = 0; ; ) {
    const count = random.integer(1, BATCH_FRAMES_MAX)
    const frames = Array.from({ length: count }, (_, i) => frameOf(epoch, next + i))
    const { stored } = await journal.append(frames)
    if (stored.length !== count) throw new Error(`${stored.length} of ${count} frames were stored`)
    next += count
    say(`acknowledged ${next}`)
  }
}

async function doOther(world: CrashWorld): Promise<never> {
  const all = ACTIVITIES.flatMap((activity) => Array.from({ length: activity.weight }, () => activity))
  for (;;) {
    const activity: Activity | undefined = all[random.integer(0, all.length - 1)]
    if (activity === undefined) continue
    say(`begin ${activity.name}`)
    await activity.run(world)
    say(`end ${activity.name}`)
    // Appends alone, for a moment.
    await new Promise((resolve) => setTimeout(resolve, random.integer(0, 10)))
  }
}

const journal = await openJournal(await openLevelStore(store), {
  sealLimits: { runSamples: 3000, runFrames: 60, blockSamples: 1024, chunkSamples: 500 },
  receivedUs: () => Date.now() * 1000,
})
const world: CrashWorld = {
  journal,
  openBackup: () => openLevelStore(backup),
  wallUs: () => Date.now() * 1000,
}
say('ready')
await Promise.all([ingest(world), doOther(world)])
