import { type FrameClient, openFrameClient } from '../../../simulator/conformance/frame-client.ts'

/** A client that speaks frames, for tests that know how many answers there have to be. */
export interface RawClient extends Omit<FrameClient, 'take' | 'waitingCount'> {
  /** What came, one line a frame, `CLOSED` at the end; takes it away. */
  take(lineCount: number): Promise<string[]>
  /** How many frames have come once nothing has come for a while. */
  idleCount(): Promise<number>
}

const ANSWER_MS_MAX = 10_000

export function openRawClient(socketPath: string): RawClient {
  const client = openFrameClient(socketPath)
  return {
    ...client,
    take: async (lineCount) => {
      const came = (await client.take(lineCount, ANSWER_MS_MAX)).map(({ line }) => line)
      if (came.length < lineCount)
        throw new Error(`${lineCount} frames were to come, not only ${came.join(' ; ')}`)
      return came
    },
    idleCount: async () => {
      let seen = -1
      while (seen !== client.waitingCount) {
        seen = client.waitingCount
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      return seen
    },
  }
}
