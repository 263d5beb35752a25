import { describe, expect, it } from 'vitest'
import { ChangeLog } from '../../../shared/component/change-log.ts'

/** A component on one disk: each call of `process` is its next start, maybe with another version. */
function createDisk() {
  let saved: unknown
  let wallUs = 1_700_000_000_000_000
  return {
    pass: (seconds: number) => {
      wallUs += seconds * 1_000_000
    },
    spoil: (text: unknown) => {
      saved = text
    },
    process: (version: string, act: (log: ChangeLog) => void) => {
      const readClocks = () => ({ wallUs, monotonicUs: 5, bootId: 'boot' })
      const log = new ChangeLog(
        { component: 'test.A', version, code: () => `code-${version}`, readClocks },
        saved,
      )
      act(log)
      saved = JSON.parse(JSON.stringify(log.saved))
      return log.saved.kept
    },
  }
}

const config = (digest: string, keys: Record<string, string> = {}) => ({ digest, keys })

describe('the changes of a component', () => {
  it('tell a first start, and a later one only where version, code or configuration are others', () => {
    const disk = createDisk()
    disk.process('1.0.0', (log) => expect(log.take('start', config('a', { x: '1', y: '1' }))).toBe(true))
    disk.process('1.0.0', (log) => expect(log.take('start', config('a', { x: '1', y: '1' }))).toBe(false))
    const kept = disk.process(
      '1.1.0',
      (log) => void log.take('start', config('b', { x: '1', y: '2', z: '1' })),
    )
    expect(kept).toMatchObject([
      { kind: 'start', result: 'done', before: null, keys: [] },
      {
        before: { version: '1.0.0', code: 'code-1.0.0', configuration: 'a' },
        after: { version: '1.1.0', code: 'code-1.1.0', configuration: 'b' },
        keys: ['y', 'z'],
      },
    ])
  })

  it('tell a refusal once, however often it comes again, and number all for ever upwards', () => {
    const disk = createDisk()
    disk.process('1.0.0', (log) => void log.take('start', config('a')))
    for (const isNew of [true, false, false]) {
      disk.process('1.1.0', (log) => expect(log.refuse('start', 'x is no number')).toBe(isNew))
    }
    disk.pass(-86_400)
    const kept = disk.process('1.0.0', (log) => void log.take('configuration', config('b')))
    expect(kept.map(({ result }) => result)).toEqual(['done', 'refused', 'done'])
    const numbers = kept.map(({ n }) => n)
    expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right))
  })

  it('name the deployment that was under way, also one that the process before was asked about', () => {
    const disk = createDisk()
    disk.process('1.0.0', (log) => {
      log.take('start', config('a'))
      log.noteDeployment('d-1')
    })
    disk.pass(5)
    disk.process('1.1.0', (log) => void log.take('start', config('a')))
    disk.pass(3600)
    const kept = disk.process('1.1.0', (log) => void log.take('configuration', config('b')))
    expect(kept.map(({ deployment }) => deployment)).toEqual([undefined, 'd-1', undefined])
  })

  it('begin anew where what was kept cannot be read, and are bounded', () => {
    const disk = createDisk()
    disk.spoil({ kept: 'nonsense' })
    const kept = disk.process('1.0.0', (log) => {
      for (let i = 0; i < 50; i++) log.take('configuration', config(String(i)))
    })
    expect(kept).toHaveLength(8)
  })
})
