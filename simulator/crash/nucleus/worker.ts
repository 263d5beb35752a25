import { writeSync } from 'node:fs'
import { NEVER } from 'rxjs'
import { DEFAULT_REGION } from '../../aws/defaults.ts'
import type { CloudLink } from '../../nucleus/cloud-link.ts'
import type { Nucleus } from '../../nucleus/core-device.ts'
import { startNucleus } from '../../nucleus/nucleus.ts'
import { createRandom } from '../../virtual/random.ts'
import { observe, stackOf } from './observe.ts'
import { type DeploymentName, requestOf } from './packages.ts'

/** `node WORKER ROOT RECIPES LIFE SEED FREEZE`: goes on with what was left, then deploys until it is killed. */
const [root = '', recipes = '', life = '', seed = '', freezeText = ''] = process.argv.slice(2)
const random = createRandom(Number(seed)).fork(life)
/** Stands still at this stage, counted from the start, so that the kill finds it exactly there; 0 for never. */
const freezeAt = Number(freezeText)

const NO_CLOUD: CloudLink = {
  up$: NEVER,
  publish: () => Promise.reject(new Error('this core has no cloud')),
  subscribe: () => Promise.reject(new Error('this core has no cloud')),
}

/** At once, whatever happens next. */
const say = (line: string): void => void writeSync(1, `${line}\n`)

const hasEnded = ({ status }: { readonly status: string }): boolean =>
  status !== 'QUEUED' && status !== 'IN_PROGRESS'

async function comesToRest(nucleus: Nucleus): Promise<void> {
  const isAtRest = (): boolean =>
    nucleus.deployments().every(hasEnded) &&
    nucleus.components().every(({ state }) => ['RUNNING', 'FINISHED', 'BROKEN'].includes(state))
  while (!isAtRest()) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** A process writes its version down a moment after it counts as running. */
const SAYING_MS_MAX = 5000

async function sayRest(nucleus: Nucleus): Promise<void> {
  await comesToRest(nucleus)
  const lateMs = performance.now() + SAYING_MS_MAX
  while (stackOf(observe(nucleus, root)) === undefined && performance.now() < lateMs) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  say(`rest ${JSON.stringify(observe(nucleus, root))}`)
}

let stages = 0
const nucleus = await startNucleus({
  rootDir: root,
  thing: 'crash-core',
  region: DEFAULT_REGION,
  flavour: 'java',
  cloud: NO_CLOUD,
  steadyMs: 100,
  onStage: async (stage) => {
    stages += 1
    say(`stage ${stage}`)
    if (stages === freezeAt) {
      say('frozen')
      await new Promise(() => {})
    }
  },
})
say('ready')
await sayRest(nucleus)
const names: readonly DeploymentName[] = ['first', 'second', 'broken']
for (;;) {
  const name = names[random.integer(0, names.length - 1)] ?? 'first'
  const id = nucleus.deploy(requestOf(name, recipes))
  say(`begin ${name}`)
  await comesToRest(nucleus)
  const status = nucleus.deployments().find(({ deploymentId }) => deploymentId === id)?.status
  say(`end ${name} ${status}`)
  await sayRest(nucleus)
}
