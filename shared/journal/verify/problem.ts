/** Something in a journal that is not as it must be. */
export interface Problem {
  /** Such as "frame 12", "chunk 340", "tag line1/a", "proof". */
  readonly where: string
  readonly what: string
}
