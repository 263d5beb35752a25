import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defineComponent } from '../../../shared/component/define-component.ts'
import type { SetAsideInput } from '../../../shared/function/call.ts'
import { createFunctionPool } from '../../../shared/function/pool.ts'
import { define, input } from '../../shared/function/virtual-workers.ts'
import { startWorld } from './small-site.ts'

describe('functions in virtual time', () => {
  it('are not run, and their inputs are set aside with the reason', async () => {
    const setAside: SetAsideInput[] = []
    const caller = defineComponent({
      name: 'test.Caller',
      version: '1.0.0',
      config: z.object({}),
      run: async (host) => {
        const pool = await createFunctionPool([define({ retries: 1 })], {
          ...host,
          store: await host.store.open('functions'),
          onDone: () => undefined,
          onSetAside: (end) => setAside.push(end),
        })
        pool.call(input('1'))
        return { drain: () => pool.close() }
      },
    })
    const { world, seconds, start } = startWorld()
    start(caller)
    await seconds(10)
    expect(setAside).toMatchObject([
      { id: '1', cause: 'load', attempts: 2, message: expect.stringContaining('GENBA_WORKERS_UNAVAILABLE') },
    ])
    expect(world.incidents.every(({ kind }) => kind === 'logged-error')).toBe(true)
  })
})
