import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { column, producerOf } from '../journal/frames.ts'
import { createLawWorld, DAY_US, SATO } from './law-world.ts'

/** Days; a class for each of the tags. */
const TERMS: Readonly<Record<string, { readonly keepAtLeast?: number; readonly keepAtMost?: number }>> = {
  'site/anna': { keepAtMost: 10 },
  'site/ben': { keepAtLeast: 20, keepAtMost: 25 },
  'site/none': {},
}
const TAGS = Object.keys(TERMS)

const LAW = {
  lawClasses: Object.entries(TERMS).map(([name, { keepAtLeast = 0, keepAtMost }]) => ({
    name,
    keepAtLeast: `${keepAtLeast}d`,
    ...(keepAtMost === undefined ? {} : { keepAtMost: `${keepAtMost}d` }),
    residency: 'site',
    subject: '$2',
  })),
  laws: TAGS.map((tag) => ({ tags: [tag], class: tag })),
}

const tag = fc.constantFrom(...TAGS)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), tag, lateDays: fc.nat(12) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('run' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), tag }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lift' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), tag }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Sample {
  readonly tag: string
  readonly eventUs: number
  readonly receivedUs: number
}

/** A store under law, and beside it a plain list of what has to be in it. */
class Diary {
  readonly #samples = new Map<string, Sample>()
  readonly #erased = new Map<string, number>()
  readonly #producer = producerOf('p')
  readonly world: Awaited<ReturnType<typeof createLawWorld>>
  #holds: { readonly id: string; readonly tag: string }[] = []
  #count = 0

  constructor(world: Awaited<ReturnType<typeof createLawWorld>>) {
    this.world = world
  }

  async take(step: Step): Promise<void> {
    const { world } = this
    this.#count += 1
    const id = `n${this.#count}`
    switch (step.do) {
      case 'append':
        return this.#append(step.tag, step.lateDays)
      case 'pass':
        world.pass(step.days * DAY_US)
        return world.keeper.observeTime()
      case 'run':
        return this.run()
      case 'hold':
        this.#holds.push({ id, tag: step.tag })
        return world.keeper.placeHold({ id, scope: { tags: [step.tag] }, ...SATO })
      case 'lift':
        return this.#liftOldest()
      case 'erase': {
        this.#erased.set(step.tag, world.nowUs())
        const subject = step.tag.split('/')[1] ?? ''
        return world.keeper.requestErasure({ id, subject, untilUs: world.nowUs(), ...SATO })
      }
      case 'restart':
        return world.restart()
    }
  }

  async run(): Promise<void> {
    const before = await this.world.samples()
    await this.world.run()
    const left = new Set(await this.world.samples())
    for (const sample of before.filter((each) => !left.has(each))) {
      expect(this.#mayGo(this.#samples.get(sample) as Sample), `${sample} was taken`).toBe(true)
      this.#samples.delete(sample)
    }
    expect(left.size).toBe(this.#samples.size)
  }

  /** Long after the last hold and the last duty. */
  async end(): Promise<void> {
    while (this.#holds.length > 0) await this.#liftOldest()
    this.world.pass(1000 * DAY_US)
    await this.world.keeper.confirmClock(SATO)
    await this.run()
    for (const { tag: name, eventUs } of this.#samples.values()) {
      expect(name, 'has no limit').toBe('site/none')
      expect(eventUs).toBeGreaterThan(this.#erased.get(name) ?? -Infinity)
    }
    expect((await verifyJournal(this.world.store)).problems).toEqual([])
  }

  async #append(name: string, lateDays: number): Promise<void> {
    const eventUs = this.world.nowUs() - lateDays * DAY_US
    const points = [0, 1, 2].map((i) => [eventUs + i, this.#count * 10 + i] as const)
    await this.world.journal.append([this.#producer.samples([column(name, points)])])
    for (const [timeUs, value] of points) {
      const receivedUs = this.world.nowUs()
      this.#samples.set(`${name} ${timeUs} ${value}`, { tag: name, eventUs: timeUs, receivedUs })
    }
  }

  async #liftOldest(): Promise<void> {
    const [oldest, ...others] = this.#holds
    this.#holds = others
    if (oldest !== undefined) await this.world.keeper.liftHold({ id: oldest.id, ...SATO })
  }

  #mayGo({ tag: name, eventUs, receivedUs }: Sample): boolean {
    const { keepAtLeast = 0, keepAtMost = Infinity } = TERMS[name] ?? {}
    const ageUs = this.world.nowUs() - Math.max(eventUs, receivedUs)
    const isOnDuty = keepAtLeast > 0 && ageUs < keepAtLeast * DAY_US
    if (isOnDuty || this.#holds.some((hold) => hold.tag === name)) return false
    // A piece goes as a whole: one that began before the request takes along what came after it.
    return ageUs >= keepAtMost * DAY_US || this.#erased.has(name)
  }
}

describe('retention carried out on a store', () => {
  it('never takes what a plain diary keeps, and in the end has taken all that must go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const diary = new Diary(await createLawWorld())
        await diary.world.setLaw(LAW)
        await diary.world.keeper.confirmClock(SATO)
        for (const each of steps) await diary.take(each)
        await diary.end()
      }),
      { numRuns: 60 },
    )
  })
})
