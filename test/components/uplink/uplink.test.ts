import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { alarm, summary } from './records.ts'
import { startSite } from './site.ts'

const text = (record: unknown) => JSON.stringify(record)
/** Frames of three records, with samples in between. */
const contents = Array.from({ length: 40 }, (_, frame) =>
  frame % 4 === 3 ? ('samples' as const) : [0, 1, 2].map((index) => text(summary(frame * 3 + index))),
)
const allIds = contents.flatMap((content) =>
  content === 'samples' ? [] : content.map((one) => JSON.parse(one).id),
)

const idsOf = (messages: ReturnType<ReturnType<typeof startSite>['messages']>) =>
  messages.flatMap(({ records }) => records.map(({ id }) => id))

describe('the uplink', () => {
  it('sends every record once and in order, several in a message, and reaches the head of the log', async () => {
    const site = startSite({ contents })
    await site.seconds(10)
    const messages = site.messages()
    expect(idsOf(messages)).toEqual(allIds)
    expect(messages.length).toBeLessThan(allIds.length / 5)
    for (const { payload, topic } of site.world.cloud.received) {
      expect(payload.length + topic.length).toBeLessThanOrEqual(5000)
    }
    const { gauge, backlog } = await site.figures()
    expect(gauge('position_lsn')).toBe(contents.length)
    expect(gauge('records_sent')).toBe(allIds.length)
    expect(gauge('messages_sent')).toBe(messages.length)
    expect(backlog).toMatchObject({ depth: 0, bytes: 0, ageMs: 0 })
    expect(site.world.incidents).toEqual([])
  })

  it('lets a record wait for others no longer than configured', async () => {
    const site = startSite({ contents: [[text(alarm(1))]], configuration: { flushAfter: '3s' } })
    await site.seconds(2.9)
    expect(site.messages()).toEqual([])
    await site.seconds(0.5)
    expect(idsOf(site.messages())).toEqual([alarm(1).id])
  })

  it('keeps everything while the link is down, shows how much, and sends it in order afterwards', async () => {
    const site = startSite({ contents })
    await site.seconds(0.4)
    site.link(false)
    await site.seconds(60)
    const { gauge, backlog } = await site.figures()
    expect(gauge('position_lsn')).toBeLessThan(contents.length)
    expect(backlog?.depth).toBeGreaterThan(allIds.length / 2)
    expect(idsOf(site.messages()).length).toBeLessThan(allIds.length)
    site.link(true)
    await site.seconds(40)
    expect([...new Set(idsOf(site.messages()))]).toEqual(allIds)
    expect((await site.figures()).gauge('position_lsn')).toBe(contents.length)
  })

  it('sets aside what no message carries and refuses what is neither summary nor alarm, and goes on', async () => {
    const long = { ...summary(1), id: 'long', tag: 'x'.repeat(1000) }
    const site = startSite({
      contents: [
        [text(alarm(1)), text(long), '{"type":"samples"}', 'no JSON', text(alarm(2))],
        [text(alarm(3))],
      ],
      configuration: { messageBytesMax: 1000 },
    })
    await site.seconds(10)
    expect(idsOf(site.messages())).toEqual([1, 2, 3].map((index) => alarm(index).id))
    const { gauge } = await site.figures()
    expect([gauge('records_set_aside'), gauge('records_refused')]).toEqual([1, 2])
    expect(gauge('position_lsn')).toBe(2)
  })

  it('never sends a sample', async () => {
    const site = startSite({ contents: ['samples', [text(alarm(1))], 'samples'] })
    await site.seconds(10)
    const sent = site.world.cloud.received.map(({ payload }) => new TextDecoder().decode(payload)).join()
    expect(sent).not.toContain('secret')
    expect((await site.figures()).gauge('position_lsn')).toBe(3)
  })

  it.each(Array.from({ length: 10 }, (_, seed) => seed))(
    'sends one message twice at most for each death, and loses none, seed %i',
    async (seed) => {
      const random = createRandom(seed)
      const site = startSite({ contents, everyMs: 300, seed, configuration: { flushAfter: '200ms' } })
      let kills = 0
      while (kills < 6) {
        await site.seconds(random.integer(100, 2500) / 1000)
        if (!site.uplink.isRunning) continue
        site.uplink.doom(random.integer(1, 12), random.chance(0.5) ? 'before' : 'after')
        kills++
        await site.seconds(3.1)
      }
      await site.seconds(30)
      const messages = site.messages()
      expect([...new Set(idsOf(messages))]).toEqual(allIds)
      const repeats = messages.length - new Set(messages.map(({ id }) => id)).size
      expect(repeats).toBeLessThanOrEqual(site.uplink.starts - 1)
      expect((await site.figures()).gauge('position_lsn')).toBe(contents.length)
    },
  )
})
