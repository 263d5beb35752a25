import { floorMod, type WindowKind, windowStartUs } from './definition.ts'

/**
 * Where windows of fixed bounds lie. Time is cut into slices, and a window is the union of neighbouring slices, so
 * that windows that overlap share what they hold in common. Starts of windows ascend with their ends.
 */
export interface Alignment {
  /** Windows have several slices: samples are kept by slice and merged to answer. */
  readonly isShared: boolean
  /** Start of the slice that holds an instant. */
  sliceStart(timeUs: number): number
  sliceEnd(sliceStartUs: number): number
  /** Start of the earliest window that covers a slice; after the slice's start when none does. */
  firstCovering(sliceStartUs: number): number
  windowEnd(startUs: number): number
  nextWindow(startUs: number): number
  previousWindow(startUs: number): number
  /** Start of the last window that ends at or before an instant. */
  lastEndingBy(timeUs: number): number
}

export function tumblingAlignment({
  sizeUs,
  offsetUs,
}: Extract<WindowKind, { type: 'tumbling' }>): Alignment {
  return {
    isShared: false,
    sliceStart: (timeUs) => windowStartUs(timeUs, sizeUs, offsetUs),
    sliceEnd: (startUs) => startUs + sizeUs,
    firstCovering: (startUs) => startUs,
    windowEnd: (startUs) => startUs + sizeUs,
    nextWindow: (startUs) => startUs + sizeUs,
    previousWindow: (startUs) => startUs - sizeUs,
    lastEndingBy: (timeUs) => windowStartUs(timeUs, sizeUs, offsetUs) - sizeUs,
  }
}

/** Slices are as long as the greatest common divisor of size and hop. */
export function hoppingAlignment({
  sizeUs,
  hopUs,
  offsetUs,
}: Extract<WindowKind, { type: 'hopping' }>): Alignment {
  const sliceUs = greatestCommonDivisor(sizeUs, hopUs)
  return {
    isShared: sliceUs !== sizeUs,
    sliceStart: (timeUs) => windowStartUs(timeUs, sliceUs, offsetUs),
    sliceEnd: (startUs) => startUs + sliceUs,
    firstCovering(sliceStartUs) {
      const lowestUs = sliceStartUs + sliceUs - sizeUs
      return lowestUs + floorMod((offsetUs % hopUs) - (lowestUs % hopUs), hopUs)
    },
    windowEnd: (startUs) => startUs + sizeUs,
    nextWindow: (startUs) => startUs + hopUs,
    previousWindow: (startUs) => startUs - hopUs,
    lastEndingBy: (timeUs) => windowStartUs(timeUs - sizeUs, hopUs, offsetUs),
  }
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** Start of the earliest window that starts after an instant. */
export function firstWindowAfter(alignment: Alignment, timeUs: number): number {
  if (timeUs === Number.NEGATIVE_INFINITY) return timeUs
  let startUs = alignment.firstCovering(alignment.sliceStart(timeUs))
  while (startUs <= timeUs) startUs = alignment.nextWindow(startUs)
  return startUs
}
