import { describe, expect, it } from 'vitest'
import { OutputFramer, OutputsPosition } from '../../../components/processor/output-framer.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { type EncodedContent, sealFrame } from '../../../shared/frame/encode.ts'
import { FRAME_BYTES_MAX } from '../../../shared/frame/limits.ts'
import type { DerivedBatch } from '../../../shared/processing/derived.ts'
import { column } from '../../shared/journal/frames.ts'

const batch = (timeUs: number, completeBeforeUs = timeUs): DerivedBatch => ({
  columns: [column('d', [[timeUs, 1]])],
  completeBeforeUs,
})

const framesOf = (contents: readonly EncodedContent[]) =>
  contents.map((content, sequence) =>
    decodeFrame(sealFrame(content, { producer: 'genba.Processor/records', epoch: 2 ** 50, sequence })),
  )
const positionsOf = (contents: readonly EncodedContent[]) =>
  contents.map(({ body, position }) => [body, OutputsPosition.parse(JSON.parse(position))])

describe('the frames of the processor', () => {
  it('carry how far records and derived samples are out, derived ones first', () => {
    const framer = new OutputFramer({ lsn: 0, output: 0 })
    expect(framer.isEmpty).toBe(true)
    framer.addRecord('{"r":1}', { lsn: 3, output: 1 })
    framer.addDerived(batch(10), { lsn: 3, output: 1 })
    framer.addRecord('{"r":2}', { lsn: 3, output: 2 })
    framer.addDerived(batch(20), { lsn: 4, output: 1 })
    expect(framer.isEmpty).toBe(false)
    const contents = framer.close()
    expect(positionsOf(contents)).toEqual([
      ['samples', { lsn: 0, output: 0, derived: { lsn: 4, output: 1 } }],
      ['records', { lsn: 3, output: 2, derived: { lsn: 4, output: 1 } }],
    ])
    expect(framesOf(contents)).toMatchObject([
      { header: { completeBeforeUs: 20 }, columns: [{ timesUs: Float64Array.of(10, 20) }] },
      { header: { completeBeforeUs: Number.NEGATIVE_INFINITY }, records: ['{"r":1}', '{"r":2}'] },
    ])
    expect([framer.isEmpty, framer.close()]).toEqual([true, []])
  })

  it('go on from what frames of earlier runs have said', () => {
    const framer = new OutputFramer({ lsn: 9, output: 2, derived: { lsn: 8, output: 1 } })
    framer.addDerived(batch(10), { lsn: 10, output: 1 })
    expect(positionsOf(framer.close())).toEqual([
      ['samples', { lsn: 9, output: 2, derived: { lsn: 10, output: 1 } }],
    ])
    framer.addRecord('{}', { lsn: 11, output: 1 })
    expect(positionsOf(framer.close())).toEqual([
      ['records', { lsn: 11, output: 1, derived: { lsn: 10, output: 1 } }],
    ])
  })

  it('never speak of a record of the frame after', () => {
    const framer = new OutputFramer({ lsn: 0, output: 0 })
    const closed: EncodedContent[] = []
    const record = JSON.stringify('温'.repeat(1300))
    const count = 20
    for (let output = 1; output <= count; output++) {
      closed.push(...framer.addRecord(record, { lsn: 1, output }))
      closed.push(...framer.addDerived(batch(output), { lsn: 1, output }))
    }
    closed.push(...framer.close())
    let records = 0
    let samples = 0
    for (const content of closed) {
      records += content.recordCount
      samples += content.sampleCount
      const position = OutputsPosition.parse(JSON.parse(content.position))
      expect([position.output, position.derived?.output ?? 0]).toEqual([records, samples])
      const identity = { producer: 'genba.Processor/records', epoch: 2 ** 50, sequence: 2 ** 50 }
      expect(sealFrame(content, identity).length).toBeLessThanOrEqual(FRAME_BYTES_MAX)
    }
    expect([records, samples]).toEqual([count, count])
  })

  it('hold many small records up to the size of a frame', () => {
    const framer = new OutputFramer({ lsn: 0, output: 0 })
    const contents = Array.from({ length: 5000 }, (_, output) =>
      framer.addRecord('{}', { lsn: 1, output: output + 1 }),
    ).flat()
    expect(contents.length).toBeGreaterThan(0)
    expect([...contents, ...framer.close()].reduce((sum, { recordCount }) => sum + recordCount, 0)).toBe(5000)
  })
})
