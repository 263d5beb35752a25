import { afterAll, describe, expect, it } from 'vitest'
import { openRegistry } from '../../../../simulator/cloud/registry/registry.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

describe('the registry of things', () => {
  it('keeps things, groups and who is in which, and tells who joins', async () => {
    const registry = await openRegistry(folder.path)
    const joins: string[] = []
    registry.joins$.subscribe(({ thing, group }) => joins.push(`${thing} → ${group}`))
    await registry.addToGroup('press-1', 'presses')
    await registry.addToGroup('press-1', 'all')
    await registry.addToGroup('press-1', 'all')
    await registry.addToGroup('kiln-1', 'all')
    expect(joins).toEqual(['press-1 → presses', 'press-1 → all', 'kiln-1 → all'])
    await registry.removeFromGroup('press-1', 'presses')
    const again = await openRegistry(folder.path)
    expect(again.thingNames()).toEqual(['kiln-1', 'press-1'])
    expect(again.groupNames()).toEqual(['all', 'presses'])
    expect(again.groupsOf('press-1')).toEqual(['all'])
    expect(again.thingsIn('all')).toEqual(['press-1', 'kiln-1'])
  })

  it('forgets a thing with its memberships, and a group without its things', async () => {
    const registry = await openRegistry(folder.path)
    await registry.deleteThing('press-1')
    expect(registry.thingsIn('all')).toEqual(['kiln-1'])
    await registry.deleteGroup('all')
    expect([registry.thingNames(), registry.groupsOf('kiln-1')]).toEqual([['kiln-1'], []])
  })

  it('refuses names that the service would refuse', async () => {
    const registry = await openRegistry(folder.path)
    await expect(registry.putThing('a/b')).rejects.toMatchObject({ code: 'GENBA_CLOUD_NAME' })
    await expect(registry.addToGroup('ok', '')).rejects.toMatchObject({ code: 'GENBA_CLOUD_NAME' })
  })
})
