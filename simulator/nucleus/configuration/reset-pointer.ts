import { NucleusError } from '../errors.ts'
import type { KeyPath } from './tree.ts'

/** A segment that Java's JSON pointers take for an element of a list, under a map as well. */
const LIST_INDEX = /^(0|[1-9]\d{0,9})$/
const LIST_INDEX_MAX = 2_147_483_647

/**
 * A place that a deployment resets, as the path to it. The empty path means everything.
 *
 * @param pointer a JSON pointer (RFC 6901)
 * @returns undefined when it leads into a list: elements cannot be reset, and the nucleus passes over the pointer
 * @throws NucleusError `GENBA_CONFIG_POINTER` when it is no JSON pointer, which fails the deployment
 */
export function readResetPointer(pointer: string): KeyPath | undefined {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) throw invalid(pointer)
  const segments = pointer.slice(1).split('/')
  if (segments.some(isListIndex)) return undefined
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const isListIndex = (segment: string): boolean =>
  LIST_INDEX.test(segment) && Number(segment) <= LIST_INDEX_MAX

function invalid(pointer: string): NucleusError {
  return new NucleusError('GENBA_CONFIG_POINTER', 'a place to reset is no JSON pointer', [
    {
      expected: 'nothing, or a text that begins with a slash',
      received: pointer,
      mend: `write "/${pointer}"`,
    },
  ])
}
