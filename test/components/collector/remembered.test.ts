import { describe, expect, it } from 'vitest'
import { openRemembered } from '../../../components/collector/remembered.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'

describe('the sources that a collector remembers', () => {
  it('are known over a restart until they are retired, and known as read for ever', async () => {
    const disk = createMemoryDisk()
    const first = await openRemembered(disk.open())
    await first.add('press')
    await first.add('pump')
    await first.retire('press')
    disk.kill()
    const second = await openRemembered(disk.open())
    expect(second.names()).toEqual(['pump'])
    // Brought back, its next sample has to say that some are missing before it.
    expect(second.has('press')).toBe(true)
    expect(second.has('oven')).toBe(false)
    await second.add('press')
    disk.kill()
    expect((await openRemembered(disk.open())).names()).toEqual(['press', 'pump'])
  })
})
