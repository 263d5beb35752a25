import { describe, expect, it } from 'vitest'
import { decodeRollup } from '../../../shared/rollup/decode.ts'
import { RollupError } from '../../../shared/rollup/errors.ts'
import { encodeLevels, levelFor } from '../../../shared/rollup/levels.ts'
import { coarsenCells } from '../../../shared/rollup/merge.ts'
import { rollUp } from '../../../shared/rollup/roll-up.ts'
import { column } from '../journal/frames.ts'

const SECOND_US = 1_000_000
const MINUTE_US = 60 * SECOND_US
const HOUR_US = 60 * MINUTE_US

const cells = rollUp(
  [
    column(
      'line/a',
      Array.from({ length: 8000 }, (_, i) => [i * SECOND_US, Math.round(i / 7)] as const),
    ),
  ],
  MINUTE_US,
)

describe('the levels of a rollup', () => {
  const bytes = encodeLevels(cells)
  const widthAt = (widthUs: number) => {
    const level = levelFor(bytes, widthUs)
    return level && decodeRollup(level)
  }

  it('are given by the width that is wanted, the coarsest that is fine enough', () => {
    expect(widthAt(MINUTE_US)).toEqual(cells)
    expect(widthAt(HOUR_US - 1)).toEqual(cells)
    expect(widthAt(HOUR_US)).toEqual(coarsenCells(cells, HOUR_US))
    expect(widthAt(30 * 24 * HOUR_US)?.widthUs).toBe(HOUR_US)
    expect(widthAt(MINUTE_US - 1)).toBeUndefined()
  })

  it('of nothing are none', () => {
    expect(levelFor(new Uint8Array(), HOUR_US)).toBeUndefined()
  })

  it('that end too early are refused', () => {
    for (const cut of [1, 3, 5, 20]) {
      expect(() => decodeRollup(levelFor(bytes.subarray(0, cut), HOUR_US) ?? bytes)).toThrow(RollupError)
    }
  })
})
