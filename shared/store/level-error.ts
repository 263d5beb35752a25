import { StoreError } from './errors.ts'

/** Turns what the engine raises into a `StoreError`; anything that is none of its errors passes through. */
export function asStoreError(error: unknown, directory: string): unknown {
  if (error instanceof StoreError) return error
  const causes = chainOf(error)
  const text = causes.map((cause) => cause.message).join(': ')
  const has = (code: string) => causes.some((cause) => cause.code === code)
  if (has('LEVEL_LOCKED')) return locked(directory, error)
  if (has('ENOSPC') || has('EDQUOT') || /no space left|disk quota/i.test(text)) return full(directory, error)
  // The names of its files are its own: one that is missing was named by another that is wrong.
  if (has('LEVEL_CORRUPTION') || /(MANIFEST-|\.ldb|\.sst).*no such file/i.test(text)) {
    return corrupt(directory, text, error)
  }
  if (has('LEVEL_IO_ERROR') || causes.some(isSystemError)) {
    return unreadable(directory, text, error)
  }
  return error
}

interface CodedError {
  readonly message: string
  readonly code: string
}

/** The error and its causes, outermost first; the engine wraps what it could not open in a generic error. */
function chainOf(error: unknown): readonly CodedError[] {
  const chain: CodedError[] = []
  // A cause may point back at its error; the engine's chains are two long.
  for (let cause = error; cause instanceof Error && chain.length < 8; cause = cause.cause) {
    chain.push({ message: cause.message, code: 'code' in cause ? String(cause.code) : '' })
  }
  return chain
}

const isSystemError = (cause: CodedError) => /^E[A-Z]+$/.test(cause.code)

const locked = (directory: string, cause: unknown) =>
  new StoreError('GENBA_STORE_LOCKED', 'the store is open in another process', {
    cause,
    issues: [
      {
        where: directory,
        expected: 'one process at a time',
        mend: 'stop the gateway that uses this directory, or ask it instead of reading its files',
      },
    ],
  })

const full = (directory: string, cause: unknown) =>
  new StoreError('GENBA_STORE_FULL', 'no space left for the store', {
    cause,
    issues: [
      {
        where: directory,
        mend: 'free disk space or enlarge the file system; writing goes on by itself',
        effect: 'nothing of this write was stored or acknowledged; what was stored before is safe',
      },
    ],
  })

const corrupt = (directory: string, text: string, cause: unknown) =>
  new StoreError('GENBA_STORE_CORRUPT', 'files of the store are damaged', {
    cause,
    issues: [
      {
        where: directory,
        received: text,
        mend: 'genba repair --state DIR keeps what can be read and names what is lost; or take a backup',
        effect: 'nothing was changed',
      },
    ],
  })

const unreadable = (directory: string, text: string, cause: unknown) =>
  new StoreError('GENBA_STORE_IO', 'the disk refused a read or a write of the store', {
    cause,
    issues: [
      { where: directory, received: text, mend: 'check the disk, its cable and the file permissions' },
    ],
  })
