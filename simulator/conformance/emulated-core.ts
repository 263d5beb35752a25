import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { BehaviorSubject } from 'rxjs'
import type { CloudLink } from '../nucleus/cloud-link.ts'
import { startNucleus } from '../nucleus/nucleus.ts'
import { ALPHA, BETA, IDENTITY_FILE } from './components.ts'

/** How to speak to a core as com.example.Alpha. */
export interface Identity {
  readonly socketPath: string
  readonly token: string
}

export interface EmulatedCore extends Identity {
  stop(): Promise<void>
}

/** The region of the core that was recorded. */
export const EMULATED_REGION = 'us-east-1'
const IDENTITY_MS_MAX = 30_000
const IDENTITY_POLL_MS = 20

/** Starts an emulated core of flavour lite with the two components of the recordings, and no broker. */
export async function startEmulatedCore(): Promise<EmulatedCore> {
  const rootDir = mkdtempSync(join(tmpdir(), 'genba-conformance-'))
  const nucleus = await startNucleus({
    rootDir,
    thing: 'conformance',
    region: EMULATED_REGION,
    flavour: 'lite',
    cloud: NO_BROKER,
    initial: {
      groupName: 'conformance',
      components: [ALPHA, BETA].map((recipe) => ({ recipe, artifactsDir: rootDir })),
    },
  })
  const stop = async (): Promise<void> => {
    await nucleus.stop()
    rmSync(rootDir, { recursive: true, force: true })
  }
  try {
    return { ...(await readIdentity(join(rootDir, 'work', 'com.example.Alpha', IDENTITY_FILE))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function readIdentity(path: string): Promise<Identity> {
  for (let waitedMs = 0; waitedMs < IDENTITY_MS_MAX; waitedMs += IDENTITY_POLL_MS) {
    const [socketPath = '', token = '', end] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
    if (end !== undefined) return { socketPath, token }
    await delay(IDENTITY_POLL_MS)
  }
  throw new Error(`com.example.Alpha has not left ${path} within ${IDENTITY_MS_MAX} ms`)
}

const NO_BROKER: CloudLink = {
  up$: new BehaviorSubject(false),
  publish: async () => {
    throw new Error('there is no broker')
  },
  subscribe: async () => {
    throw new Error('there is no broker')
  },
}
