import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeLive } from '../../../simulator/cli/commands/gateway-options.ts'
import { exitCodeOf } from '../../../simulator/cli/errors.ts'
import {
  countOption,
  durationOption,
  mergeConfigurations,
  readConfigFile,
  speedOption,
  timeOption,
} from '../../../simulator/cli/option-values.ts'
import { collectorReplay, replaySources } from '../../../simulator/cli/replay-sources.ts'
import { errorOf } from '../../support/error-of.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const installation = { recipes: resolve('recipes') }

const file = (name: string, text: string): string => folder.write(name, text)

describe('what a live gateway says of itself', () => {
  it.each([
    [1, 'seed 7, 1 machine of each kind, nucleus lite'],
    [3, 'seed 7, 3 machines of each kind, nucleus lite'],
  ])('counts its machines: %d', (machines, text) => {
    expect(
      describeLive({ seed: 7, machines, flavour: 'lite', region: 'ap-northeast-1', account: '123456789012' }),
    ).toEqual([text])
  })
})

describe('values of options', () => {
  it('reads speeds, durations, counts and times', () => {
    expect([speedOption('max'), speedOption('0.5')]).toEqual(['max', 0.5])
    expect(durationOption('--window')('1h')).toBe('1h')
    expect(countOption('--seed')('42')).toBe(42)
    expect(timeOption('--from')('1970-01-01T00:00:01Z')).toBe(1_000_000)
  })

  it.each([
    ['speed', () => speedOption('fast')],
    ['negative speed', () => speedOption('-1')],
    ['duration', () => durationOption('--window')('10')],
    ['count', () => countOption('--seed')('1.5')],
    ['time', () => timeOption('--from')('yesterday')],
  ])('refuses a wrong %s as wrong usage, naming the option', (_what, action) => {
    const error = errorOf(action)
    expect(exitCodeOf(error)).toBe(2)
    expect(error.issues[0]?.where).toMatch(/^--/)
  })
})

describe('the configuration file', () => {
  it('is merged key by key over the built-in configuration', () => {
    const path = file('config.json', '{"genba.Processor":{"rules":[]},"genba.Uplink":{"flushAfter":"2s"}}')
    const own = { 'genba.Processor': { rules: [{ name: 'hot' }], checkpointEvery: '1s' } }
    expect(mergeConfigurations(own, readConfigFile(path, installation))).toEqual({
      'genba.Processor': { rules: [], checkpointEvery: '1s' },
      'genba.Uplink': { flushAfter: '2s' },
    })
  })

  it.each([
    ['is not there', () => join(folder.path, 'none.json'), 'GENBA_INPUT_UNREADABLE'],
    ['is not JSON', () => file('broken.json', '{'), 'GENBA_USAGE'],
    ['has another shape', () => file('shape.json', '{"genba.Uplink":7}'), 'GENBA_USAGE'],
    ['names a stranger', () => file('stranger.json', '{"genba.Upling":{}}'), 'GENBA_COMPONENT_UNKNOWN'],
  ])('is refused when it %s', (_what, path, code) => {
    const error = errorOf(() => readConfigFile(path(), installation))
    expect(error.code).toBe(code)
    expect(exitCodeOf(error)).toBe(2)
  })
})

describe('files to replay', () => {
  it('become sources with names of their own', () => {
    mkdirSync(join(folder.path, 'other'))
    const paths = [file('press hall.csv', 'a'), file('other/press hall.csv', 'b')]
    const sources = replaySources(paths)
    expect(sources.map(({ name }) => name)).toEqual(['press-hall', 'press-hall-2'])
    expect(collectorReplay(sources, 60)).toEqual({
      sources: paths.map((path, index) => ({ type: 'csv', name: sources[index]?.name, path, speed: 60 })),
    })
  })

  it('are all checked before anything starts', () => {
    const good = file('good.csv', 'a')
    const error = errorOf(() => replaySources([good, folder.path, join(folder.path, 'none.csv')]))
    expect(error.code).toBe('GENBA_INPUT_UNREADABLE')
    expect(error.issues.map(({ received }) => received)).toEqual(['a directory', 'nothing there'])
  })
})
