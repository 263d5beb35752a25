import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLocalTopics } from '../../../simulator/nucleus/pubsub/local-topics.ts'
import {
  readPlainBinaryPublish,
  readPublish,
  writeDelivery,
} from '../../../simulator/nucleus/pubsub/publish-request.ts'
import { topicMatches } from '../../../simulator/nucleus/pubsub/topic-filter.ts'

describe('a topic filter', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+', 'a', false],
    ['+/b', 'a/b', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['#', 'a/b', true],
    ['#', '$sys/x', false],
    ['+/x', '$sys/x', false],
    ['a/#/b', 'a/x/b', false],
    ['a//b', 'a//b', true],
    ['a/+/b', 'a//b', true],
  ])('%s matches %s: %s', (filter, topic, expected) => {
    expect(topicMatches(filter, topic)).toBe(expected)
  })
})

describe('local topics', () => {
  const payload = Buffer.from('{}')

  function subscribe(topics: ReturnType<typeof createLocalTopics>, filter: string, ownMessages = true) {
    const seen: Buffer[] = []
    const stop = topics.subscribe({
      principal: 'me',
      filter,
      ownMessages,
      deliver: (each) => seen.push(each),
    })
    return { seen, stop }
  }

  it('deliver one and the same payload to every matching subscription', () => {
    const topics = createLocalTopics(10)
    const [exact, wild, other] = ['a/b', 'a/#', 'c'].map((filter) => subscribe(topics, filter))
    topics.publish('you', 'a/b', payload)
    expect(exact?.seen[0]).toBe(payload)
    expect(wild?.seen[0]).toBe(payload)
    expect(other?.seen).toEqual([])
  })

  it('leave out the publisher that does not want its own', () => {
    const topics = createLocalTopics(10)
    const { seen } = subscribe(topics, 'a', false)
    topics.publish('me', 'a', payload)
    topics.publish('you', 'a', payload)
    expect(seen).toHaveLength(1)
  })

  it('take as many subscriptions as the core has, and another after one has ended', () => {
    const topics = createLocalTopics(2)
    const first = subscribe(topics, 'a')
    subscribe(topics, 'b')
    expect(subscribe(topics, 'c').stop).toBeUndefined()
    first.stop?.()
    expect(subscribe(topics, 'c').stop).toBeDefined()
  })

  it('follow a subscription that comes or goes between two messages', () => {
    const topics = createLocalTopics(10)
    topics.publish('you', 'a', payload)
    const { seen, stop } = subscribe(topics, '+')
    topics.publish('you', 'a', payload)
    stop?.()
    topics.publish('you', 'a', payload)
    expect(seen).toHaveLength(1)
  })
})

describe('a publish recognised by its bytes', () => {
  const request = (topic: string, message: string) =>
    Buffer.from(JSON.stringify({ topic, publishMessage: { binaryMessage: { message } } }))

  it('gives the delivery that parsing gives, or is left to the parser', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.oneof(fc.base64String(), fc.string()),
        (topic, message) => {
          const payload = request(topic, message)
          const parsed = readPublish(JSON.parse(payload.toString('utf8')))
          expect(parsed).toBeDefined()
          if (parsed === undefined) return
          const plain = readPlainBinaryPublish(payload)
          if (plain === undefined) return
          expect(plain.topic).toBe(topic)
          expect(JSON.parse(plain.delivery.toString('utf8'))).toEqual(
            JSON.parse(writeDelivery(parsed, true).toString('utf8')),
          )
        },
      ),
    )
  })

  it('is the usual case for base64 text', () => {
    expect(readPlainBinaryPublish(request('a/b', 'AAECAw=='))?.topic).toBe('a/b')
    expect(readPlainBinaryPublish(request('a/b', ''))?.topic).toBe('a/b')
  })

  it.each([
    ['an escaped topic', Buffer.from('{"topic":"a\\"b","publishMessage":{"binaryMessage":{"message":"x"}}}')],
    [
      'another order of keys',
      Buffer.from('{"publishMessage":{"binaryMessage":{"message":"x"}},"topic":"a"}'),
    ],
    [
      'two messages',
      Buffer.from('{"topic":"a","publishMessage":{"binaryMessage":{"message":"x"},"jsonMessage":{}}}'),
    ],
    ['a cut text', Buffer.from('{"topic":"a","publishMessage":{"binaryMessage":{"message":"x"}}')],
    [
      'more after the end',
      Buffer.from('{"topic":"a","publishMessage":{"binaryMessage":{"message":"x"}}}"}}}'),
    ],
    ['nothing', Buffer.alloc(0)],
  ])('is not recognised in %s', (_, payload) => {
    expect(readPlainBinaryPublish(payload)).toBeUndefined()
  })

  it('carries JSON with sorted keys as lite does', () => {
    const parsed = readPublish({
      topic: 't',
      publishMessage: { jsonMessage: { message: { z: 1, a: { d: 1, c: 2 } } } },
    })
    const text = parsed === undefined ? '' : writeDelivery(parsed, true).toString('utf8')
    expect(text).toBe('{"jsonMessage":{"message":{"a":{"c":2,"d":1},"z":1},"context":{"topic":"t"}}}')
  })
})
