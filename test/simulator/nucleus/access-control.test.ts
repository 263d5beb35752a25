import { describe, expect, it } from 'vitest'
import { compileAccess } from '../../../simulator/nucleus/authorization/access-control.ts'
import type { FlavourName } from '../../../simulator/nucleus/flavour.ts'

const PUBSUB = 'aws.greengrass.ipc.pubsub'
const MQTT = 'aws.greengrass.ipc.mqttproxy'

/** A character that stands for itself in a resource. */
const escaped = (character: string): string => `$\{${character}}`

interface Question {
  readonly flavour?: FlavourName
  readonly service?: string
  readonly operation?: string
}

function allows(resources: readonly string[], resource: string, question: Question = {}): boolean {
  const { flavour = 'lite', service = PUBSUB } = question
  const operation = service === PUBSUB ? 'PublishToTopic' : 'PublishToIoTCore'
  const accessControl = { [service]: { p: { operations: [`aws.greengrass#${operation}`], resources } } }
  const asked = question.operation ?? operation
  return compileAccess(accessControl, { flavour }).allows({
    service,
    operation: `aws.greengrass#${asked}`,
    resource,
  })
}

describe('a resource of a pubsub policy', () => {
  it.each([
    ['oven/1/heat', 'oven/1/heat', true],
    ['oven/1/heat', 'oven/1', false],
    ['oven/*', 'oven/1/heat', true],
    ['oven/*', 'oven', false],
    ['*/heat', '/heat', true],
    ['o*-l*', 'oven-left', true],
    ['o*-l*', 'my-oven-left', false],
    ['oven/+/heat', 'oven/1/heat', false],
    ['oven/+/heat', 'oven/+/heat', true],
    ['oven/#', 'oven/1', false],
    ['oven/#', 'oven/#', true],
    [`rate/${escaped('*')}`, 'rate/*', true],
    [`rate/${escaped('*')}`, 'rate/x', false],
    [`cost/${escaped('$')}`, 'cost/$', true],
    ['a.b', 'axb', false],
    ['a(b|c)', 'ab', false],
  ])('%s covers %s: %s', (resource, requested, expected) => {
    for (const flavour of ['lite', 'java'] as const) {
      expect(allows([resource], requested, { flavour })).toBe(expected)
    }
  })

  it('answers at once even where stars could match in many ways', () => {
    expect(allows([`${'*'.repeat(40)}a`], 'b'.repeat(5000))).toBe(false)
    expect(allows(['*x*x*x*y'], 'x'.repeat(300))).toBe(false)
  })
})

describe('a resource of an mqttproxy policy', () => {
  it.each([
    ['site/+/rpm', 'site/4/rpm', { lite: true, java: true }],
    ['site/+/rpm', 'site/4/5/rpm', { lite: false, java: false }],
    ['site/#', 'site/1/2', { lite: true, java: true }],
    ['site/#', 'site', { lite: false, java: true }],
    ['site/v+/t', 'site/v1/t', { lite: true, java: false }],
    ['site/#/x', 'site/1/y', { lite: true, java: false }],
    ['site/*', 'site/a/b', { lite: true, java: true }],
    ['+', '/x', { lite: false, java: false }],
  ])('%s covers %s: %j', (resource, requested, expected) => {
    for (const flavour of ['lite', 'java'] as const) {
      expect(allows([resource], requested, { flavour, service: MQTT })).toBe(expected[flavour])
    }
  })
})

describe('an access policy', () => {
  it('grants its own operations only', () => {
    expect(allows(['*'], 'a', { operation: 'SubscribeToTopic' })).toBe(false)
  })

  it('grants nothing in another service', () => {
    const rights = compileAccess(
      { [PUBSUB]: { p: { operations: ['*'], resources: ['*'] } } },
      { flavour: 'java' },
    )
    const request = { service: MQTT, operation: 'aws.greengrass#PublishToIoTCore', resource: 'a' }
    expect(rights.allows(request)).toBe(false)
  })

  it('with an unknown key takes everything away on the Java nucleus', () => {
    const policies = { p: { operations: ['*'], resources: ['*'], effect: 'Allow' } }
    const rights = compileAccess({ [PUBSUB]: policies }, { flavour: 'java' })
    expect(rights.faults).toEqual(['policy p is malformed'])
    const request = { service: PUBSUB, operation: 'aws.greengrass#PublishToTopic', resource: 'a' }
    expect(rights.allows(request)).toBe(false)
  })

  it('reports a bad resource and keeps its good neighbour', () => {
    const policies = { p: { operations: ['*'], resources: ['what?', 'good'] } }
    const rights = compileAccess({ [PUBSUB]: policies }, { flavour: 'java' })
    expect(rights.faults).toEqual(['policy p has the invalid resource "what?"'])
    const request = { service: PUBSUB, operation: 'aws.greengrass#PublishToTopic', resource: 'good' }
    expect(rights.allows(request)).toBe(true)
  })

  it('refuses on lite every request that holds a question mark', () => {
    expect(allows(['*'], 'why?', { flavour: 'lite' })).toBe(false)
    expect(allows(['*'], 'why?', { flavour: 'java' })).toBe(true)
  })

  const wildcard = { operations: ['*'], resources: ['*'] }
  const publish = { service: PUBSUB, operation: 'aws.greengrass#PublishToTopic', resource: 'a' }

  it.each<[string, unknown]>([
    ['is a list', []],
    ['is text that is no JSON', 'everything'],
    ['has a service that is a list', { [PUBSUB]: { p: wildcard }, [MQTT]: ['*'] }],
    ['has a policy that is text', { [PUBSUB]: { p: wildcard, q: '*' } }],
    ['has operations that are text', { [PUBSUB]: { p: wildcard, q: { operations: '*' } } }],
  ])('grants nothing on Java when the whole %s', (_, accessControl) => {
    const rights = compileAccess(accessControl, { flavour: 'java' })
    expect(rights.faults).not.toEqual([])
    expect(rights.allows(publish)).toBe(false)
  })

  it('of a shape that lite cannot read grants nothing there, and its neighbours stay', () => {
    const policies = { p: { operations: '*', resources: ['*'] }, q: wildcard }
    const rights = compileAccess({ [PUBSUB]: policies }, { flavour: 'lite' })
    expect(rights.faults).toEqual([])
    expect(rights.allows(publish)).toBe(true)
    const alone = compileAccess({ [PUBSUB]: { p: policies.p } }, { flavour: 'lite' })
    expect(alone.allows(publish)).toBe(false)
  })

  it('may leave out resources and then grants none', () => {
    const rights = compileAccess({ [PUBSUB]: { p: { operations: ['*'] } } }, { flavour: 'java' })
    expect(rights.faults).toEqual([])
    expect(rights.allows(publish)).toBe(false)
  })

  it('of the local console names its operations too', () => {
    const service = 'aws.greengrass.Cli'
    const rights = compileAccess({ [service]: { p: wildcard } }, { flavour: 'java' })
    const ask = (operation: string) =>
      rights.allows({ service, operation: `aws.greengrass#${operation}`, resource: 'test.A' })
    expect([ask('RestartComponent'), ask('GetThingShadow')]).toEqual([true, false])
  })

  it('may be given as JSON text', () => {
    const text = JSON.stringify({ [PUBSUB]: { p: { operations: ['*'], resources: ['a'] } } })
    const request = { service: PUBSUB, operation: 'aws.greengrass#PublishToTopic', resource: 'a' }
    expect(compileAccess(text, { flavour: 'lite' }).allows(request)).toBe(true)
  })
})
