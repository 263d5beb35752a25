/**
 * Characters of a text, and items of an array, that a function makes. A message has at most 128 KB in the cloud; what
 * `replace`, `concat` or `lpad` within each other would grow beyond this is Undefined.
 */
export const TEXT_CHARS_MAX = 1_048_576
