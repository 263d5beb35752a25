import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Gateway } from '../../simulator/cli/gateway.ts'
import { readFixture, writeTree } from '../../simulator/release/fixture.ts'
import { rowsOf } from '../../simulator/release/rows.ts'
import { startTestGateway } from '../support/gateway.ts'

const FIXTURES = resolve('test/versions/fixtures')
/** One file a release, named after it. */
const releases = readdirSync(FIXTURES).map((name) => readFixture(join(FIXTURES, name)))
const WAIT = { timeout: 30_000, interval: 200 }

let gateway: Gateway | undefined
let folder: string | undefined

afterEach(async () => {
  await gateway?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

describe.each(releases)(
  'components of today on the disk of release $manifest.version',
  ({ manifest, work }) => {
    it('lose no sample and keep none twice, and go on with what was under way', {
      timeout: 60_000,
    }, async () => {
      folder = mkdtempSync(join(tmpdir(), 'genba-update-'))
      writeTree(join(folder, 'gateway', 'greengrass', 'work'), work)
      gateway = await startTestGateway(folder, 'lite', {})
      const { history, cloud } = gateway
      expect(gateway.state.thing).toBe(manifest.thing)
      expect(manifest.all.count).toBeGreaterThan(manifest.stored.count)
      // What the old collector had not got rid of is sent under the identity that it had.
      await expect
        .poll(() => rowsOf(history.range({ tags: [] }), manifest.all.untilUs), WAIT)
        .toEqual(manifest.all)
      // Windows that the old processor had begun are emitted by the new one.
      await expect.poll(() => cloud.receiver.of('summary').received, WAIT).toBeGreaterThan(0)
    })
  },
)
