import { describe, expect, it } from 'vitest'
import { createEpochs } from '../../../shared/handoff/epochs.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'

describe('epochs of a producer', () => {
  it('grow over restarts, a clock that steps back and a historian that knows later ones', async () => {
    const disk = createMemoryDisk()
    let wallUs = 5_000_000
    const epochs = createEpochs(disk.open(), () => wallUs)
    expect(await epochs.last('a')).toBeUndefined()
    expect(await epochs.next('a', 0)).toBe(5000)
    wallUs = 1_000_000
    expect(await epochs.next('a', 0)).toBe(5001)
    expect(await epochs.next('a', 9000)).toBe(9000)
    disk.kill()
    expect(await createEpochs(disk.open(), () => wallUs).next('a', 0)).toBe(9001)
  })

  it('are different even when two are asked for at once', async () => {
    const epochs = createEpochs(createMemoryDisk().open(), () => 0)
    expect(await Promise.all([epochs.next('a', 0), epochs.next('a', 0)])).toEqual([0, 1])
  })
})
