import { describe, expect, it } from 'vitest'
import { InFlight } from '../../../shared/greengrass/in-flight.ts'

const call = { operation: 'PublishToTopic', resource: 'a' }

describe('publishes in flight', () => {
  it('run in the order of asking and never more at once than allowed', async () => {
    const publishes = new InFlight(3, 100)
    const begun: number[] = []
    let running = 0
    let most = 0
    const task = (index: number) => async () => {
      begun.push(index)
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
    }
    await Promise.all(Array.from({ length: 20 }, (_, index) => publishes.run(call, task(index))))
    expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index))
    expect(most).toBe(3)
  })

  it('go on after one has failed', async () => {
    const publishes = new InFlight(1, 100)
    const failing = publishes.run(call, () => Promise.reject(new Error('no')))
    const next = publishes.run(call, async () => 'yes')
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })

  it('are refused when too many wait, without being begun', async () => {
    const publishes = new InFlight(1, 1)
    let finish = (): void => undefined
    const first = publishes.run(
      call,
      () =>
        new Promise<void>((resolve) => {
          finish = resolve
        }),
    )
    const second = publishes.run(call, async () => undefined)
    await expect(publishes.run(call, async () => undefined)).rejects.toMatchObject({
      code: 'GENBA_BUS_REFUSED',
    })
    finish()
    await Promise.all([first, second])
  })
})
