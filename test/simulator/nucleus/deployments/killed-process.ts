import { NEVER } from 'rxjs'
import { startNucleus } from '../../../../simulator/nucleus/nucleus.ts'

/** A core in a process of its own that deploys what its arguments say and kills itself at a stage. */
const [rootDir = '', offered = '', version = '', stage = ''] = process.argv.slice(2)
const nucleus = await startNucleus({
  rootDir,
  thing: 'line-9',
  region: 'ap-northeast-1',
  flavour: 'java',
  steadyMs: 20,
  cloud: {
    up$: NEVER,
    publish: () => Promise.reject(new Error('down')),
    subscribe: () => Promise.reject(new Error('down')),
  },
  onStage: (reached) => {
    if (reached === stage) process.kill(process.pid, 'SIGKILL')
  },
})
nucleus.deploy({
  recipeDirectoryPath: `${offered}/recipes`,
  artifactsDirectoryPath: `${offered}/artifacts`,
  rootComponentVersionsToAdd: { 'test.A': version },
})
