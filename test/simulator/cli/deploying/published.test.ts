import { describe, expect, it } from 'vitest'
import { changesSincePublished } from '../../../../simulator/cli/deploying/published.ts'

const BUILT = {
  ComponentName: 'genba.Uplink',
  ComponentVersion: '0.1.0',
  Manifests: [
    {
      Platform: { os: 'linux', runtime: '*' },
      Lifecycle: { run: { Script: 'exec node main.mjs' } },
      Artifacts: [
        { Uri: 's3://BUCKET_NAME/Uplink.zip', Unarchive: 'ZIP', Digest: 'abc=', Algorithm: 'SHA-256' },
      ],
    },
  ],
}

/** As the service gives a recipe back: elsewhere, in other spelling, with what it fills in. */
const published = (digest: string, script = 'exec node main.mjs') => ({
  componentName: 'genba.Uplink',
  componentVersion: '0.1.0',
  componentType: 'aws.greengrass.generic',
  manifests: [
    {
      platform: { os: 'linux', runtime: '*' },
      lifecycle: { run: { script } },
      artifacts: [
        { uri: 's3://bucket/genba.Uplink/0.1.0/Uplink.zip', unarchive: 'ZIP', digest, permission: {} },
      ],
    },
  ],
})

describe('a version that has been published', () => {
  it('is the same with the same content, wherever it lies and whatever the service has filled in', () => {
    expect(changesSincePublished(BUILT, published('abc='))).toEqual([])
  })

  it('is another with another artifact', () => {
    expect(changesSincePublished(BUILT, published('xyz='))).toEqual([
      { where: 'Uplink.zip', expected: 'xyz=', received: 'abc=' },
    ])
  })

  it('is another with another script', () => {
    expect(changesSincePublished(BUILT, published('abc=', 'exec node old.mjs'))).toEqual([
      {
        where: '/Manifests/0/Lifecycle/run/Script',
        expected: '"exec node old.mjs"',
        received: '"exec node main.mjs"',
      },
    ])
  })
})
