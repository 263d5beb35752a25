import { VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createMemoryWatch } from '../../../shared/greengrass/memory-watch.ts'

const MIB = 1024 ** 2

function watchOf(sizes: readonly number[]) {
  const scheduler = new VirtualTimeScheduler()
  scheduler.maxFrames = 0
  let looks = 0
  const watch = createMemoryWatch(scheduler, () => (sizes[Math.min(looks++, sizes.length - 1)] ?? 0) * MIB)
  const told: [string, number][] = []
  return {
    watch,
    told,
    begin: (name: string, limitMib: number) => {
      const who = { name }
      watch.begin(who, limitMib * MIB, (grown) => told.push([name, grown / MIB]))
      return who
    },
    run: (ms: number) => {
      scheduler.maxFrames += ms
      scheduler.flush()
    },
    looks: () => looks,
  }
}

describe('the watch over the size of the process', () => {
  it('tells once of growth beyond the limit and its margin', () => {
    const { begin, run, told } = watchOf([500, 550, 600, 700])
    begin('f', 64)
    run(1000)
    expect(told).toEqual([['f', 200]])
  })

  it('lets growth within the limit pass', () => {
    const { begin, run, told } = watchOf([500, 550, 620])
    begin('f', 64)
    run(1000)
    expect(told).toEqual([])
  })

  it('tells each whose own limit it is, counted from its own first look', () => {
    const { begin, run, told } = watchOf([500, 600, 700, 800, 800])
    begin('small', 32)
    begin('large', 512)
    run(120)
    begin('late', 32)
    run(1000)
    expect(told).toEqual([
      ['small', 100],
      ['late', 100],
    ])
  })

  it('looks at nothing while nobody is watched', () => {
    const { begin, run, watch, looks } = watchOf([500])
    const who = begin('f', 64)
    run(200)
    const before = looks()
    watch.end(who)
    run(10_000)
    expect(looks()).toBe(before)
    expect(before).toBeGreaterThan(0)
  })
})
