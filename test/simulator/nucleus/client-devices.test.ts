import { describe, expect, it } from 'vitest'
import { compileDevicePolicy } from '../../../simulator/nucleus/client-devices/device-policy.ts'
import { readSelectionRule } from '../../../simulator/nucleus/client-devices/selection-rule.ts'

describe('the rule of a group of client devices', () => {
  it.each([
    ['thingName: press-1', 'press-1', true],
    ['thingName:press-1', 'press-1', true],
    ['thingName: press-1', 'Press-1', false],
    ['thingName: press*', 'press', true],
    ['thingName: *-cam', 'gate-cam', true],
    ['thingName: *cam*', 'a-cam-2', true],
    ['thingName: *', 'any:thing', true],
    ['thingName: TeamB\\:1', 'TeamB:1', true],
    ['thingName: a OR thingName: b AND thingName: c', 'a', true],
    ['thingName: a AND thingName: b OR thingName: c', 'a', false],
    ['thingName: a* AND thingName: *1 OR thingName: c', 'a-1', true],
  ])('%s takes in %s: %s', (rule, thingName, expected) => {
    expect(readSelectionRule(rule)?.(thingName)).toBe(expected)
  })

  it.each([
    'thingName:',
    'thingName: a*b',
    'thingName: a?',
    'thingType: a',
    '(thingName: a)',
    'thingName: a:b',
    '',
  ])('"%s" is none', (rule) => {
    expect(readSelectionRule(rule)).toBeUndefined()
  })
})

describe('the policy of client devices', () => {
  const topicOfThing = `mqtt:topic:dev/$\{iot:Connection.Thing.ThingName}/*`
  const groupsWith = (resources: readonly string[]) => ({
    formatVersion: '2021-03-05',
    definitions: {
      all: { selectionRule: 'thingName: *', policyName: 'own' },
      few: { selectionRule: 'thingName: press*', policyName: 'more' },
    },
    policies: {
      own: { s: { operations: ['mqtt:publish'], resources } },
      more: { s: { operations: ['mqtt:*'], resources: ['mqtt:topicfilter:line/#'] } },
    },
  })
  const ask = (thingName: string, operation: string, resource: string) =>
    compileDevicePolicy(groupsWith([topicOfThing]))?.(thingName, { operation, resource })

  it('adds up what the groups of a device allow', () => {
    expect(ask('press-1', 'mqtt:publish', 'mqtt:topic:dev/press-1/up')).toBe(true)
    expect(ask('press-1', 'mqtt:subscribe', 'mqtt:topicfilter:line/#')).toBe(true)
    expect(ask('kiln-1', 'mqtt:subscribe', 'mqtt:topicfilter:line/#')).toBe(false)
    expect(ask('kiln-1', 'mqtt:publish', 'mqtt:topic:dev/press-1/up')).toBe(false)
  })

  it('allows nothing that is no request', () => {
    expect(ask('press-1', ':publish', 'mqtt:topic:dev/press-1/up')).toBe(false)
    expect(ask('press-1', 'mqtt:publish', 'mqtt:topic')).toBe(false)
  })

  it.each<[string, unknown]>([
    ['a variable that is not known', groupsWith([`mqtt:topic:$\{iot:Connection.Thing.Type}`])],
    ['another format', { ...groupsWith([]), formatVersion: '2020-01-01' }],
    ['a policy that is missing', { ...groupsWith([]), policies: {} }],
    ['no map', 'everything'],
  ])('is refused whole with %s', (_, groups) => {
    expect(compileDevicePolicy(groups)).toBeUndefined()
  })
})
