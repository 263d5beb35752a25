/** Fields of a date and time that a pattern reads as numbers. */
export type Field =
  | 'year'
  | 'yearOfEra'
  | 'era'
  | 'quarter'
  | 'month'
  | 'day'
  | 'dayOfYear'
  | 'weekday'
  | 'halfDay'
  | 'hour'
  | 'clockHour'
  | 'halfDayHour'
  | 'clockHalfDayHour'
  | 'minute'
  | 'second'
  | 'nano'
  | 'milliOfDay'
  | 'nanoOfDay'

/** Which signs a number may have: a minus; a minus, and a plus where it is longer than its width; none. */
export type SignStyle = 'minus' | 'plusWhenLong' | 'none'

export interface NumberElement {
  readonly kind: 'number'
  readonly field: Field
  readonly minWidth: number
  readonly maxWidth: number
  readonly sign: SignStyle
  /** Added to a number of exactly the least width: two digits of a year are of this century. */
  readonly base: number
  /** A fraction of a second: its digits come after the point. */
  readonly isFraction: boolean
  /** Digits that the numbers right after it take, so that it must leave them. */
  followingWidth: number
}

export interface OffsetStyle {
  readonly minutes: 'never' | 'optional' | 'always'
  readonly seconds: 'never' | 'optional'
  readonly hasColon: boolean
  /** The text for no offset. */
  readonly zero: string
}

/** One part of a pattern of Java's DateTimeFormatter. */
export type Element =
  | { readonly kind: 'literal'; readonly text: string }
  | NumberElement
  | { readonly kind: 'text'; readonly field: Field; readonly values: ReadonlyMap<string, number> }
  | { readonly kind: 'offset'; readonly style: OffsetStyle }
  | { readonly kind: 'gmtOffset'; readonly isFull: boolean }
  | { readonly kind: 'zone'; readonly names: 'none' | 'short' | 'long' }
  | { readonly kind: 'optional'; readonly elements: readonly Element[] }
