import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { encodeContent, sealFrame } from '../../shared/frame/encode.ts'
import type { HistorianClient } from '../../shared/reading/historian-client.ts'
import { type ReplayTag, replaySealed, type SealedReader } from '../../shared/reading/sealed-replay.ts'
import type { ControlRequest } from './control-server.ts'
import { CliError } from './errors.ts'
import type { Gateway } from './gateway.ts'
import { isMeasured, logLine } from './log-read.ts'

/** What is sealed, then every frame of the log, one a line, as fast as the client takes them. */
export async function streamLog(
  { historian }: Gateway,
  { gone }: ControlRequest,
  response: ServerResponse,
): Promise<void> {
  try {
    const write = async (text: string): Promise<void> => {
      if (!response.write(text)) await once(response, 'drain', { signal: gone })
    }
    const sealedLsn = await sealedUpTo(historian, gone)
    for await (const frame of replaySealed(
      withSignal(historian, gone),
      await measuredTags(historian, gone),
    )) {
      await write(logLine(sealFrame(encodeContent({ ...frame.header, ...frame }), frame.header)))
    }
    for await (const part of historian.log({ afterLsn: 0, body: 'any', signal: gone })) {
      if (part.sealedLsn > sealedLsn) throw sealedMeanwhile()
      await write(part.frames.map(({ bytes }) => logLine(bytes)).join(''))
    }
    response.end()
  } catch (error) {
    if (!gone.aborted) throw error
  }
}

/** By asking for what follows this reader is known, and for some minutes nothing more is sealed. */
async function sealedUpTo(historian: HistorianClient, signal: AbortSignal): Promise<number> {
  for await (const { sealedLsn } of historian.log({ afterLsn: 0, body: 'samples', signal })) return sealedLsn
  return 0
}

async function measuredTags(historian: HistorianClient, signal: AbortSignal): Promise<ReplayTag[]> {
  const tags: ReplayTag[] = []
  for await (const some of historian.tags(signal)) {
    tags.push(...some.filter(isMeasured).map((bounds) => ({ ...bounds, producers: bounds.producers ?? [] })))
  }
  return tags
}

const withSignal = (historian: HistorianClient, signal: AbortSignal): SealedReader => ({
  range: (query) => historian.range({ ...query, signal }),
})

const sealedMeanwhile = (): CliError =>
  new CliError('GENBA_LOG_SEALED', 'samples were sealed while they were read', {
    mend: 'run the command again',
  })
