import { describe, expect, it } from 'vitest'
import type { PinConfig } from '../../../../components/collector/config.ts'
import { openOnoffDriver } from '../../../../components/collector/gpio/onoff-driver.ts'
import { createGpioSource } from '../../../../components/collector/gpio/source.ts'
import type { SourceBatch } from '../../../../shared/source/source.ts'
import { createVirtualClock } from '../../../../simulator/virtual/virtual-clock.ts'
import { contextOf, filesOf, START_US, testSource } from '../../../shared/source/source-contract.ts'
import { createFakeDriver } from './fake-driver.ts'

const pin = (more: Partial<PinConfig>): PinConfig => ({
  line: 17,
  tag: 'line1/door',
  edge: 'both',
  debounce: 0,
  activeLow: false,
  ...more,
})

testSource('gpio', {
  make: () => {
    const driver = createFakeDriver([17, 18])
    let level: 0 | 1 = 0
    return {
      source: createGpioSource({
        pins: [pin({}), pin({ line: 18, tag: 'line1/part', edge: 'rising', debounce: 20 })],
        heartbeatMs: 1000,
        openDriver: async () => driver,
      }),
      stir: () => {
        level = level === 0 ? 1 : 0
        driver.set(17, level)
        driver.set(18, level)
      },
      disorderUs: 0,
    }
  },
  broken: {
    make: () =>
      createGpioSource({
        pins: [pin({ line: 4 })],
        heartbeatMs: 1000,
        openDriver: async () => createFakeDriver([]),
      }),
    code: 'GENBA_GPIO_LINE',
  },
})

function watch(pins: PinConfig[], files = filesOf({})) {
  const clock = createVirtualClock({ wallUs: START_US })
  const driver = createFakeDriver([17, 529])
  const source = createGpioSource({ pins, heartbeatMs: 1000, openDriver: async () => driver })
  const batches: SourceBatch[] = []
  const stopping = new AbortController()
  const reading = (async () => {
    const context = contextOf(clock, { files, signal: stopping.signal })
    for await (const batch of source.read(context)) batches.push(batch)
  })()
  const run = (ms: number) => clock.runUntil(clock.nowUs() + ms * 1000)
  const samples = () =>
    batches.flatMap(({ columns }) =>
      columns.flatMap(({ timesUs, data }) =>
        [...timesUs].map((timeUs, index) => [(timeUs - START_US) / 1000, data.values[index]]),
      ),
    )
  return { driver, batches, run, samples, reading, stopping }
}

describe('the GPIO source', () => {
  it('gives the level at the start and each change after it', async () => {
    const { driver, run, samples } = watch([pin({})])
    await run(100)
    driver.set(17, 1)
    await run(50)
    driver.set(17, 0)
    await run(50)
    expect(samples()).toEqual([
      [0, 0],
      [100, 1],
      [150, 0],
    ])
  })

  it('takes a contact that bounces for one edge, at the time from which its level held', async () => {
    const { driver, run, samples } = watch([pin({ debounce: 20 })])
    await run(100)
    for (const level of [1, 0, 1, 0, 1] as const) {
      driver.set(17, level)
      await run(3)
    }
    await run(100)
    driver.set(17, 0)
    await run(5)
    driver.set(17, 1)
    await run(100)
    expect(samples()).toEqual([
      [0, 0],
      [112, 1],
    ])
  })

  it('says in each heartbeat how far it is complete, and not further than a pending edge', async () => {
    const { driver, batches, run } = watch([pin({ debounce: 5000 })])
    await run(1500)
    driver.set(17, 1)
    await run(2000)
    expect(batches.at(-1)?.completeBeforeUs).toBe(START_US + 1_500_000)
    await run(5000)
    expect(batches.at(-1)?.completeBeforeUs).toBeGreaterThan(START_US + 6_000_000)
  })

  it('adds the base that the kernel gives a chip to the number of the line', async () => {
    const files = filesOf({ '/sys/class/gpio/gpiochip512/base': '512\n' })
    const { driver, run } = watch([pin({ chip: 'gpiochip512' })], files)
    await run(10)
    expect(driver.opened.map(({ number }) => number)).toEqual([529])
  })

  it('names the chip that is not there', async () => {
    const { reading, run } = watch([pin({ chip: 'gpiochip0' })])
    const failing = expect(reading).rejects.toMatchObject({ code: 'GENBA_GPIO_LINE' })
    await run(10)
    await failing
  })

  it('fails with what the driver says, and gives its lines back', async () => {
    const { driver, reading, run } = watch([pin({})])
    await run(10)
    const failing = expect(reading).rejects.toThrow('unplugged')
    driver.fail(17, new Error('unplugged'))
    await run(10)
    await failing
    expect(driver.closed).toEqual([17])
  })

  it('gives its lines back at the signal', async () => {
    const { driver, reading, run, stopping } = watch([pin({})])
    await run(10)
    stopping.abort()
    await reading
    expect(driver.closed).toEqual([17])
  })

  it('says on a machine without GPIO what is missing', async () => {
    await expect(openOnoffDriver()).rejects.toMatchObject({ code: 'GENBA_GPIO_UNAVAILABLE' })
  })
})
