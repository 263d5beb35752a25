import { describe, expect, it } from 'vitest'
import { Reflex } from '../../../components/processor/effects/reflex.ts'
import { readLiveFrame } from '../../../components/processor/live-frame.ts'
import { Producer } from '../../../shared/contract/producers.ts'
import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import { ProcessorConfig } from '../../../shared/processing/config.ts'
import type { Effect } from '../../../shared/processing/rules/outcome.ts'
import { compileSettings, settingsOf } from '../../../shared/processing/settings.ts'

const SETTINGS = settingsOf(
  ProcessorConfig.parse({
    rules: [
      {
        name: 'stop',
        sql: "SELECT value FROM 'line/+' WHERE value > 85",
        deadline: '50ms',
        actions: [{ type: 'republish', topic: 'genba/v1/rule/stop' }],
      },
    ],
  }),
)

function frameOf(producer: string, tag: string, values: readonly number[]): Uint8Array {
  const content = encodeContent({
    body: 'samples',
    columns: [
      {
        tag,
        timesUs: Float64Array.from(values, (_, index) => 1_000_000 * (index + 1)),
        quality: new Uint8Array(values.length),
        data: { kind: 'number', values: Float64Array.from(values) },
      },
    ],
    completeBeforeUs: 0,
    position: '',
  })
  return sealFrame(content, { producer, epoch: 1, sequence: 0 })
}

/** Times of the samples acted on. */
function actedOn(bytes: Uint8Array): number[] {
  const acted: Effect[] = []
  const reflex = new Reflex('gateway', { actLive: (_frame, effects) => void acted.push(...effects) })
  reflex.reconfigure(compileSettings(SETTINGS))
  const frame = readLiveFrame(bytes)
  if (frame !== undefined) reflex.onFrame(frame)
  return acted.map(({ timeUs }) => timeUs)
}

describe('rules on live frames', () => {
  it('act on each sample that matches', () => {
    const values = [80, 90, 85, 86]
    expect(actedOn(frameOf('genba.Collector/line', 'line/temperature', values))).toEqual([
      2_000_000, 4_000_000,
    ])
    expect(actedOn(frameOf('genba.Collector/line', 'hall/temperature', values))).toEqual([])
  })

  it('do not see what rules have derived, as on frames of the log', () => {
    expect(actedOn(frameOf(Producer.records, 'line/temperature', [90]))).toEqual([])
  })

  it('leave bytes that are no frame to the historian', () => {
    const bytes = frameOf('genba.Collector/line', 'line/temperature', [90])
    expect(actedOn(bytes.subarray(0, bytes.length - 3))).toEqual([])
    expect(actedOn(new Uint8Array(4))).toEqual([])
  })
})
