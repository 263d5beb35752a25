import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ConfigError } from '../../../shared/component/config.ts'
import type { Log } from '../../../shared/component/host.ts'
import { OwnChanges } from '../../../shared/greengrass/own-changes.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'

const folder = mkdtempSync(join(tmpdir(), 'genba-changes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const silent = () => {}
const log: Log = { debug: silent, info: silent, warn: silent, error: silent }

it('a refusal is told before the process ends, also while an earlier change is being told', async () => {
  const clock = createVirtualClock({ wallUs: 1_700_000_000_000_000 })
  const told: unknown[] = []
  let answer = silent
  const changes = new OwnChanges({
    identity: { component: 'site.Press', version: '1.0.0', thing: 'test' },
    bus: {
      publish: (_topic, payload) => {
        told.push('json' in payload && payload.json['result'])
        return new Promise<void>((resolve) => {
          answer = resolve
        })
      },
    },
    scheduler: createVirtualScheduler(clock, (action) => action()),
    log,
    readClocks: () => ({ wallUs: clock.wallUs(), monotonicUs: 0, bootId: 'boot' }),
    path: join(folder, 'changes.json'),
    codePath: join(folder, 'main.mjs'),
  })
  changes.started({ digest: 'a', keys: {} })
  expect(told).toEqual(['done'])
  const isTold = changes.refused('configuration', new ConfigError('is wrong', []))
  answer()
  await expect.poll(() => told).toEqual(['done', 'refused'])
  answer()
  await isTold
  expect(told).toEqual(['done', 'refused'])
})
