import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createConfigFeed } from '../../../shared/component/config-feed.ts'
import { count } from '../../../shared/component/config-types.ts'
import type { Log, LogFields } from '../../../shared/component/host.ts'

const Schema = z.strictObject({ limit: count().prefault(1) })

function createFeed(first: unknown) {
  const refusals: LogFields[] = []
  const quiet = (): void => undefined
  const log: Log = { debug: quiet, info: quiet, warn: quiet, error: (fields) => refusals.push(fields) }
  const feed = createConfigFeed(Schema, first, { component: 'genba.Test', log })
  const seen: number[] = []
  feed.config$.subscribe(({ limit }) => seen.push(limit))
  return { feed, seen, refusals }
}

describe('the configuration of a running component', () => {
  it('replays the active one to each subscriber, then every accepted update', () => {
    const { feed, seen } = createFeed({ limit: 2 })
    feed.offer({ limit: 3 })
    const late: number[] = []
    feed.config$.subscribe(({ limit }) => late.push(limit))
    expect({ seen, late }).toEqual({ seen: [2, 3], late: [3] })
  })

  it('keeps the last good one when an update is refused, and says why', () => {
    const { feed, seen, refusals } = createFeed({ limit: 2 })
    expect(feed.offer({ limit: -1 })).toMatchObject({ ok: false })
    feed.offer({ limti: 4 })
    expect(seen).toEqual([2])
    expect(refusals).toMatchObject([
      { issues: [{ where: 'limit', effect: 'the previous configuration stays active' }] },
      { issues: [{ where: 'limti', mend: 'did you mean "limit"?' }] },
    ])
  })

  it('stays silent when the same content comes again', () => {
    const { feed, seen } = createFeed({})
    feed.offer({ limit: '1' })
    expect(seen).toEqual([1])
  })

  it('can judge a value without taking it', () => {
    const { feed, seen } = createFeed({})
    expect(feed.check({ limit: 9 })).toMatchObject({ ok: true })
    expect(seen).toEqual([1])
  })

  it('does not begin with a configuration that is not valid', () => {
    expect(() => createFeed({ limit: 'many' })).toThrow('the configuration of genba.Test is refused')
  })
})
