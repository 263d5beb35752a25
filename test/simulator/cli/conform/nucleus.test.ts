import { describe, expect, it } from 'vitest'
import { CHECKS } from '../../../../simulator/cli/conform/checks.ts'

const PUBSUB = 'aws.greengrass.ipc.pubsub'
const request = { service: PUBSUB, operation: 'aws.greengrass#PublishToTopic', resource: 'b?' }
const paths = { artifacts: { path: '/a', decompressedPath: '/u' }, work: '/w' }

/** One case of each kind, and an answer that is wrong. */
const CASES: readonly [string, object, unknown][] = [
  [
    'access-control',
    {
      flavour: 'java',
      accessControl: { [PUBSUB]: { p: { operations: ['*'], resources: ['a?', 'b*'] } } },
      request,
      expect: 'allow',
    },
    'deny',
  ],
  [
    'access-control',
    {
      flavour: 'both',
      accessControl: { [PUBSUB]: { p: { operations: ['*'], resources: ['b?'] } } },
      request,
      expect: 'invalid-policy',
    },
    'allow',
  ],
  [
    'config-update',
    {
      flavour: 'java',
      recipeDefaults: { a: 1, b: 1 },
      running: { a: 5, late: { $value: 7, $timestamp: 3000 } },
      deployment: { timestamp: 2000, reset: ['/a'], merge: { late: 1 } },
      expect: { a: 1, b: 1, late: 7 },
    },
    { a: 5, b: 1, late: 7 },
  ],
  [
    'resolve',
    {
      flavour: 'java',
      available: [
        { name: 'A', version: '1.0.0', dependencies: { L: { VersionRequirement: '^1.0.0' } } },
        { name: 'L', version: '1.2.0', dependencies: {} },
      ],
      groups: { g: { A: '1.0.0' } },
      expect: { A: '1.0.0', L: '1.2.0' },
    },
    { error: 'conflict' },
  ],
  [
    'resolve',
    { flavour: 'java', available: [], groups: { g: { A: '1.0.0' } }, expect: { error: 'not-found' } },
    {},
  ],
  [
    'platform',
    {
      flavour: 'lite',
      manifests: [
        { Name: 'a', Platform: { os: 'linux' } },
        { Name: 'b', Platform: { os: '*', runtime: '*' } },
      ],
      device: { os: 'linux', runtime: 'aws_nucleus_lite' },
      expect: 'b',
    },
    null,
  ],
  [
    'interpolate',
    {
      flavour: 'both',
      script: '{artifacts:path} {configuration:/n} {D:work:path}',
      context: { configuration: { n: 1 }, ...paths, rootPath: '/', thingName: 't', dependencies: {} },
      expect: '/a 1 {D:work:path}',
    },
    '',
  ],
  [
    'client-device-policy',
    {
      groups: {
        formatVersion: '2021-03-05',
        definitions: { g: { selectionRule: 'thingName: *', policyName: 'p' } },
        policies: { p: { s: { operations: ['*'], resources: ['mqtt:topic:a'] } } },
      },
      client: { thingName: 't' },
      request: { operation: 'mqtt:publish', resource: 'mqtt:topic:a' },
      expect: 'allow',
    },
    'deny',
  ],
  [
    'recipe',
    { flavour: 'java', recipe: {}, expect: { invalid: 'format', path: '/RecipeFormatVersion' } },
    'valid',
  ],
]

describe('a case of the nucleus', () => {
  it.each(CASES)('of kind %s passes with the right answer and not with a wrong one', (kind, line, wrong) => {
    const check = CHECKS[kind]
    expect(check?.(line, '')).toEqual({ passed: true })
    expect(check?.({ ...line, expect: wrong }, '')).toMatchObject({ passed: false, expected: wrong })
  })
})
