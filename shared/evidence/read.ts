import { readJson } from '../bytes/json.ts'
import { decodeText } from '../bytes/text.ts'
import {
  type EarlierHeadLine,
  EvidenceHeader,
  EvidenceLine,
  type PieceLine,
  type SignatureLine,
  type Statement,
} from './format.ts'
import { EVIDENCE_BYTES_MAX, EVIDENCE_PIECES_MAX } from './limits.ts'

/** The parts of an evidence file as far as they could be read. */
export interface ReadEvidence {
  readonly header: EvidenceHeader | undefined
  readonly pieces: readonly PieceLine[]
  readonly earlierHeads: readonly EarlierHeadLine[]
  readonly statement: Statement | undefined
  readonly signature: SignatureLine | undefined
  /** All bytes that the signature is over. */
  readonly signed: Uint8Array
  /** Why the file is not in the form it must have, in plain words. */
  readonly fault: string | undefined
}

const LINE_FEED = 0x0a

/** Order of the kinds of line. */
const RANK = { evidence: 0, chunk: 1, frame: 2, 'earlier-head': 3, statement: 4, signature: 5 } as const

/** Reads bytes that may be anything; raises nothing. */
export function readEvidence(bytes: Uint8Array): ReadEvidence {
  const file = new FileParts(bytes)
  const fault = readLines(bytes, file) ?? file.missing()
  return { ...file.parts, fault }
}

function readLines(bytes: Uint8Array, file: FileParts): string | undefined {
  if (bytes.length > EVIDENCE_BYTES_MAX)
    return `it has ${bytes.length} bytes, more than ${EVIDENCE_BYTES_MAX}`
  for (let start = 0, number = 1; start < bytes.length; number += 1) {
    const end = bytes.indexOf(LINE_FEED, start)
    if (end < 0) return `line ${number} does not end: the file is cut off`
    const line = parseLine(bytes.subarray(start, end), number)
    const fault = typeof line === 'string' ? line : file.add(line, number, start)
    if (fault !== undefined) return fault
    start = end + 1
  }
  return undefined
}

class FileParts {
  readonly parts: { -readonly [Part in keyof Omit<ReadEvidence, 'fault'>]: ReadEvidence[Part] }
  readonly #bytes: Uint8Array
  readonly #pieces: PieceLine[] = []
  readonly #earlierHeads: EarlierHeadLine[] = []
  #rank = -1

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.parts = {
      header: undefined,
      pieces: this.#pieces,
      earlierHeads: this.#earlierHeads,
      statement: undefined,
      signature: undefined,
      signed: bytes,
    }
  }

  /** @param start where the line begins @returns why it may not stand there */
  add(line: EvidenceLine, number: number, start: number): string | undefined {
    const rank = RANK[line.kind]
    if (this.#rank < 0 && rank > 0) return 'it does not begin with the question'
    if (rank < this.#rank || (rank === this.#rank && !isRepeated(line))) {
      return `line ${number}, a line of the kind ${line.kind}, does not belong there`
    }
    this.#rank = rank
    if (line.kind === 'evidence') this.parts.header = line
    else if (line.kind === 'earlier-head') this.#earlierHeads.push(line)
    else if (line.kind === 'statement') this.parts.statement = line
    else if (line.kind === 'signature') {
      this.parts.signature = line
      this.parts.signed = this.#bytes.subarray(0, start)
    } else if (this.#pieces.push(line) > EVIDENCE_PIECES_MAX) {
      return `it has more than ${EVIDENCE_PIECES_MAX} frames and chunks`
    }
    return undefined
  }

  missing(): string | undefined {
    const { header, statement, signature } = this.parts
    if (header === undefined) return 'it is empty'
    if (statement === undefined) return 'the statement of the gateway is missing'
    return signature === undefined ? 'the signature is missing: the file is cut off' : undefined
  }
}

const isRepeated = ({ kind }: EvidenceLine): boolean =>
  kind === 'chunk' || kind === 'frame' || kind === 'earlier-head'

/** @returns what is wrong with it where it is no line */
function parseLine(bytes: Uint8Array, number: number): EvidenceLine | string {
  const text = decodeText(bytes)
  const json = text === undefined ? undefined : readJson(text)
  if (json === undefined) return `line ${number} is no JSON`
  const parsed = EvidenceLine.safeParse(json)
  if (!parsed.success) return number === 1 ? firstLineFault(json) : lineFault(parsed.error.issues, number)
  // One spelling: else a space could be added to the last line, which is under no signature.
  const isAsWritten = parsed.data.kind !== 'signature' || JSON.stringify(parsed.data) === text
  return isAsWritten ? parsed.data : `line ${number}, the signature, is not spelled as it is written`
}

function firstLineFault(json: unknown): string {
  const format: unknown = Object(json).format
  const isNewer = typeof format === 'string' && /^genba-evidence\/\d+$/.test(format)
  if (isNewer && format !== EvidenceHeader.shape.format.value) {
    return `it is of the format ${format}, and this program reads ${EvidenceHeader.shape.format.value}`
  }
  return 'it does not begin as an evidence file does'
}

function lineFault(issues: readonly { path: PropertyKey[]; message: string }[], number: number): string {
  const [issue] = issues
  const where =
    issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`
  return `line ${number} is none of an evidence file${where}: ${issue?.message ?? 'it is something else'}`
}
