import { describe, expect, it } from 'vitest'
import { createFrameBuilder, type FrameBuilder } from '../../../shared/frame/builder.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { type EncodedContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { Column, ColumnValues } from '../../../shared/frame/frame.ts'
import { FRAME_BYTES_MAX, FRAME_SAMPLES_MAX, TEXT_BYTES_MAX } from '../../../shared/frame/limits.ts'

const identity = { producer: 'genba.Collector/press-line', epoch: 1, sequence: 0 }

function columnOf(tag: string, data: ColumnValues, startUs = 0): Column {
  const timesUs = Float64Array.from(data.values, (_: unknown, i: number) => startUs + i * 1000)
  return { tag, timesUs, quality: new Uint8Array(timesUs.length), data }
}

/** Values that pack badly, so that frames fill quickly. */
const noise = (count: number, seed = 1): ColumnValues => ({
  kind: 'number',
  values: Float64Array.from({ length: count }, (_, i) => Math.sin(seed * 1000 + i * i)),
})

const batchOf = (columns: readonly Column[], completeBeforeUs = 0, position = '') => ({
  columns,
  completeBeforeUs,
  position,
})

const open = (content: EncodedContent) => {
  const bytes = sealFrame(content, identity)
  expect(bytes.length).toBeLessThanOrEqual(FRAME_BYTES_MAX)
  const frame = decodeFrame(bytes)
  if (frame.body !== 'samples') throw new Error('a builder makes samples frames only')
  return frame
}

describe.each([true, false])('a builder (positioned: %s)', (positioned) => {
  const create = (): FrameBuilder => createFrameBuilder({ positioned, maxAgeMs: 100 })

  it('closes a round when the first of its batches is as old as allowed', () => {
    const builder = create()
    expect(builder.deadlineMs).toBeUndefined()
    builder.append(batchOf([columnOf('t', noise(1))]), 1000)
    builder.append(batchOf([columnOf('t', noise(1), 1e6)]), 1060)
    expect(builder.deadlineMs).toBe(1100)
    expect(builder.due(1099)).toEqual([])
    expect(builder.due(1100).map((content) => content.sampleCount)).toEqual([2])
    expect(builder.deadlineMs).toBeUndefined()
    expect([...builder.due(5000), ...builder.flush()]).toEqual([])
  })

  it('makes a frame of a watermark alone', () => {
    const builder = create()
    expect(builder.append(batchOf([], 5000), 0)).toEqual([])
    expect(builder.due(100).map((content) => open(content).header.completeBeforeUs)).toEqual([5000])
  })

  it('closes at once when the source has ended', () => {
    const builder = create()
    builder.append(batchOf([columnOf('t', noise(3))]), 0)
    const contents = builder.append(batchOf([], Number.POSITIVE_INFINITY), 0)
    expect(contents.map((content) => open(content).header.completeBeforeUs)).toEqual([
      Number.POSITIVE_INFINITY,
    ])
    expect(builder.deadlineMs).toBeUndefined()
  })

  it('lets no watermark go back', () => {
    const builder = create()
    const contents = [
      ...builder.append(batchOf([], 5000), 0),
      ...builder.flush(),
      ...builder.append(batchOf([], 4000), 0),
      ...builder.flush(),
    ]
    expect(contents.map((content) => content.completeBeforeUs)).toEqual([5000, 5000])
  })

  it('fills its frames', () => {
    const builder = create()
    const contents = Array.from({ length: 400 }, (_, i) =>
      builder.append(batchOf([columnOf('t', noise(40, i), i * 40_000)], i, `${i}`), 0),
    ).flat()
    contents.push(...builder.flush())
    expect(contents.length).toBeGreaterThan(10)
    const sizes = contents.slice(0, -1).map((content) => sealFrame(content, identity).length)
    expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeGreaterThan(FRAME_BYTES_MAX * 0.88)
    contents.map(open)
  })

  it('keeps columns of one tag apart by kind', () => {
    const builder = create()
    builder.append(batchOf([columnOf('t', noise(2))]), 0)
    builder.append(batchOf([columnOf('t', { kind: 'text', values: ['fault'] }, 5000)]), 0)
    const [content] = builder.flush()
    const kinds =
      content === undefined ? [] : open(content).columns.map(({ tag, data }) => `${tag} ${data.kind}`)
    expect(kinds.sort()).toEqual(['t number', 't text'])
  })

  it('refuses a bad batch and stays as it was', () => {
    const builder = create()
    builder.append(batchOf([columnOf('t', noise(2))]), 7)
    const tooLong = columnOf('t', { kind: 'text', values: ['x'.repeat(TEXT_BYTES_MAX + 1)] })
    const limit = expect.objectContaining({ code: 'GENBA_FRAME_LIMIT' })
    expect(() => builder.append(batchOf([tooLong]), 50)).toThrow(limit)
    expect(builder.deadlineMs).toBe(107)
    expect(builder.flush().map((content) => content.sampleCount)).toEqual([2])
  })

  it('refuses sizes that hold nothing, or more than any frame', () => {
    for (const maxBytes of [100, 1e9, Number.NaN]) {
      const limit = expect.objectContaining({ code: 'GENBA_FRAME_LIMIT' })
      expect(() => createFrameBuilder({ positioned, maxBytes })).toThrow(limit)
    }
  })

  it('bounds the samples of a frame where bytes do not', () => {
    const builder = createFrameBuilder({ positioned })
    const still = (i: number) =>
      columnOf('t', { kind: 'boolean', values: new Uint8Array(10_000) }, i * 10_000_000)
    const contents = Array.from({ length: 20 }, (_, i) =>
      builder.append(batchOf([still(i)], i, `${i}`), 0),
    ).flat()
    const frames = [...contents, ...builder.flush()].map(open)
    expect(frames.flatMap(({ columns }) => columns).every((c) => c.timesUs.length <= FRAME_SAMPLES_MAX)).toBe(
      true,
    )
    expect(frames.reduce((sum, { columns }) => sum + (columns[0]?.timesUs.length ?? 0), 0)).toBe(200_000)
  })
})

describe('a positioned builder', () => {
  it('closes before the batch that does not fit, with the position of the batch before', () => {
    const builder = createFrameBuilder({ positioned: true })
    const closed: EncodedContent[] = []
    let given = 0
    while (closed.length === 0) {
      const column = columnOf('t', noise(60, given), given * 60_000)
      closed.push(...builder.append(batchOf([column], given * 60_000, `${given}`), 0))
      given += 1
    }
    const [first] = closed
    const last = Number(first?.position)
    expect(first?.sampleCount).toBe((last + 1) * 60)
    expect(builder.flush().map((content) => [content.position, content.sampleCount])).toEqual(
      last === given - 1 ? [] : [[`${given - 1}`, (given - 1 - last) * 60]],
    )
  })

  it('refuses a batch that fits into no frame, since it cannot be cut', () => {
    const builder = createFrameBuilder({ positioned: true })
    const tooLarge = expect.objectContaining({ code: 'GENBA_FRAME_TOO_LARGE' })
    expect(() => builder.append(batchOf([columnOf('t', noise(2000))], 0, '1'), 0)).toThrow(tooLarge)
    expect(builder.deadlineMs).toBeUndefined()
    const wide = Array.from({ length: 5000 }, (_, i) => columnOf(`t${i}`, noise(1)))
    const wideBuilder = createFrameBuilder({ positioned: true, maxBytes: 1 << 20 })
    expect(() => wideBuilder.append(batchOf(wide, 0, '1'), 0)).toThrow(tooLarge)
  })
})

describe('a builder without positions', () => {
  it('packs by tag: few tags with many samples in each frame', () => {
    const builder = createFrameBuilder({ positioned: false, roundBytes: 1e6 })
    const tags = Array.from({ length: 100 }, (_, i) => `line1/machine${i}/temperature`)
    for (let poll = 0; poll < 100; poll++) {
      const timesUs = Float64Array.of(poll * 100_000)
      const columns = tags.map((tag, i): Column => ({ ...columnOf(tag, noise(1, poll * 100 + i)), timesUs }))
      expect(builder.append(batchOf(columns, poll), 0)).toEqual([])
    }
    const frames = builder.flush().map(open)
    expect(frames.length).toBeGreaterThan(5)
    const places = frames.flatMap(({ columns }) => columns.map(({ tag }) => tag))
    expect(places.length).toBeLessThan(tags.length + frames.length)
    expect(frames.every(({ columns }) => new Set(columns.map((c) => c.tag)).size === columns.length)).toBe(
      true,
    )
  })

  it('moves its watermark in the last frame of a round alone', () => {
    const builder = createFrameBuilder({ positioned: false, roundBytes: 1e6 })
    builder.append(batchOf([], 10), 0)
    builder.flush()
    builder.append(batchOf([columnOf('t', noise(5000))], 20), 0)
    const marks = builder.flush().map((content) => content.completeBeforeUs)
    expect(marks.length).toBeGreaterThan(3)
    expect(marks).toEqual([...new Array(marks.length - 1).fill(10), 20])
  })
})
