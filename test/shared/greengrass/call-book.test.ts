import { VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { CallBook } from '../../../shared/greengrass/call-book.ts'

const call = { operation: 'PublishToTopic', resource: 'a/b' }
const never = new Promise<never>(() => undefined)
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: { code?: string; message: string }) => error.code ?? error.message)

function createBook(deadlineMs: number) {
  const scheduler = new VirtualTimeScheduler()
  scheduler.maxFrames = 0
  const book = new CallBook(scheduler, deadlineMs)
  const runUntil = (ms: number): void => {
    scheduler.maxFrames = ms
    scheduler.flush()
  }
  return { book, runUntil }
}

describe('the calls under way', () => {
  it('settle with their own outcome', async () => {
    const { book } = createBook(1000)
    expect(await book.track(call, Promise.resolve(5))).toBe(5)
    expect(await outcomeOf(book.track(call, Promise.reject(new Error('own'))))).toBe('own')
  })

  it('fail at their deadline when no answer comes', async () => {
    const { book, runUntil } = createBook(1000)
    const outcome = outcomeOf(book.track(call, never))
    runUntil(900)
    expect(await Promise.race([outcome, Promise.resolve('open')])).toBe('open')
    runUntil(1600)
    expect(await outcome).toBe('GENBA_BUS_TIMEOUT')
  })

  it('fail at once when the connection is lost, and a late answer changes nothing', async () => {
    const { book } = createBook(1000)
    const { promise, resolve } = defer()
    const outcomes = [outcomeOf(book.track(call, promise)), outcomeOf(book.track(call, never))]
    book.abandon()
    resolve()
    expect(await Promise.all(outcomes)).toEqual(['GENBA_BUS_DISCONNECTED', 'GENBA_BUS_DISCONNECTED'])
  })
})

function defer(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
