import { describe, expect, it } from 'vitest'
import { createMeter, METER_STEP_BYTES } from '../../../simulator/cloud/meter.ts'

describe('the meter of IoT Core', () => {
  it('charges a started step of 5 KB as a whole one', () => {
    const units = (bytes: number) => {
      const meter = createMeter()
      meter.add(bytes)
      return meter.reading().units
    }
    expect([0, 1, METER_STEP_BYTES, METER_STEP_BYTES + 1, 3 * METER_STEP_BYTES].map(units)).toEqual([
      1, 1, 1, 2, 3,
    ])
  })

  it('adds up messages, units and bytes', () => {
    const meter = createMeter()
    for (const bytes of [100, 6000, 400]) meter.add(bytes)
    expect(meter.reading()).toEqual({ messages: 3, units: 4, bytes: 6500 })
  })
})
