import { Producer } from '../../shared/contract/producers.ts'
import { decodeFrame } from '../../shared/frame/decode.ts'
import type { Frame, SampleFrame } from '../../shared/frame/frame.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import type { RangeQuery } from '../../shared/journal/read/range-reader.ts'
import { replaySealed } from '../../shared/reading/sealed-replay.ts'
import { asCut, askGateway } from './control-client.ts'
import type { StateDirectory } from './state-directory.ts'
import { openStoppedJournal } from './store/stopped.ts'

/** One frame a line in base64, as the route gives them. */
const LINE_END = '\n'

/**
 * A gateway's history, in bounded memory: what is sealed in order of time, then every frame of the log in its own; from
 * the running gateway, or from the store of a stopped one. Damaged frames are left out, and so are sealed samples that
 * rules derived, which nobody can tell from others any more but by who has written the tag.
 *
 * @throws CliError `GENBA_STATE_MISSING` when nothing was stored, `GENBA_GATEWAY_RUNNING` when it is in use
 */
export async function* readLog(state: StateDirectory): AsyncGenerator<Frame> {
  const running = await askGateway(state, 'GET', '/log')
  if (running === undefined) {
    yield* readStoppedLog(state)
    return
  }
  try {
    let rest = ''
    for await (const part of running.setEncoding('latin1')) {
      const lines = `${rest}${part}`.split(LINE_END)
      rest = lines.pop() ?? ''
      for (const line of lines) yield decodeFrame(Buffer.from(line, 'base64'))
    }
  } catch (error) {
    throw asCut(error, state)
  }
}

/** A page of the log is some hundred frames. */
const PAGE_BYTES_MAX = 1 << 20

async function* readStoppedLog(state: StateDirectory): AsyncGenerator<Frame> {
  const journal = await openStoppedJournal(state)
  try {
    const tags = journal.tags('', Number.POSITIVE_INFINITY).filter(isMeasured)
    yield* replaySealed({ range: (query) => readSealed(journal, query) }, tags)
    let afterLsn = 0
    while (afterLsn < journal.headLsn) {
      const page = await journal.logPage({ afterLsn, body: 'any', bytesMax: PAGE_BYTES_MAX })
      for (const { bytes } of page.frames) yield decodeFrame(bytes)
      afterLsn = page.readLsn
    }
  } finally {
    await journal.close()
  }
}

async function* readSealed(journal: Journal, query: Omit<RangeQuery, 'cursor'>): AsyncGenerator<SampleFrame> {
  for await (const { bytes } of journal.range({ ...query, cursor: '' })) {
    const frame = decodeFrame(bytes)
    if (frame.body === 'samples') yield frame
  }
}

/** Not derived by rules: a replay derives those anew. */
export const isMeasured = ({
  producers = [],
}: {
  readonly producers?: readonly string[] | undefined
}): boolean => producers.length === 0 || producers.some((name) => name !== Producer.records)

/** The line of one frame. */
export const logLine = (bytes: Uint8Array): string => `${Buffer.from(bytes).toString('base64')}${LINE_END}`
