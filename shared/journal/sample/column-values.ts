import type { ColumnValues } from '../../frame/frame.ts'

/** Numbers, or booleans as 0 and 1, or as many texts. */
export function valuesOf(
  kind: ColumnValues['kind'],
  numbers: Float64Array,
  textAt: (index: number) => string | undefined,
): ColumnValues {
  if (kind === 'number') return { kind, values: numbers }
  if (kind === 'boolean') return { kind, values: Uint8Array.from(numbers) }
  return { kind, values: Array.from({ length: numbers.length }, (_, index) => textAt(index) ?? '') }
}
