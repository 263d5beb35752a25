import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { replaceFile } from './configuration/persisted.ts'

/** Where a Greengrass core keeps what, below its root. */
export interface Layout {
  readonly root: string
  readonly logs: string
  /** The configuration with its time-stamps, which the nucleus reads again. */
  readonly configuration: string
  /** The same for people: system and services, as a core writes it at launch and shutdown. */
  readonly effectiveConfiguration: string
  readonly processes: string
  /** Every deployment with its status. */
  readonly deployments: string
  /** What a deployment is in the middle of. */
  readonly journal: string
  readonly socket: string
  workPath(component: string): string
  artifactsPath(component: string, version: string): string
  unarchivedPath(component: string, version: string): string
  recipePath(component: string, version: string): string
  /** Removes what lies outside the root. */
  release(): void
}

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS, the last a zero; some room for good measure. */
const SOCKET_PATH_BYTES_MAX = 100

export function createLayout(rootDir: string): Layout {
  const root = resolve(rootDir)
  for (const folder of ['config', 'work', 'logs', 'packages', 'deployments', 'telemetry', 'run']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  const socket = placeSocket(join(root, 'ipc.socket'))
  const packages = (kind: string, component: string, version: string): string =>
    join(root, 'packages', kind, component, version)
  return {
    root,
    logs: join(root, 'logs'),
    configuration: join(root, 'config', 'config.json'),
    effectiveConfiguration: join(root, 'config', 'effectiveConfig.yaml'),
    processes: join(root, 'run', 'nucleus.json'),
    deployments: join(root, 'deployments', 'deployments.json'),
    journal: join(root, 'deployments', 'journal.json'),
    socket,
    workPath: (component) => join(root, 'work', component),
    artifactsPath: (component, version) => packages('artifacts', component, version),
    unarchivedPath: (component, version) => packages('artifacts-unarchived', component, version),
    recipePath: (component, version) => join(root, 'packages', 'recipes', `${component}-${version}.json`),
    release: () => {
      if (dirname(socket) !== root) rmSync(dirname(socket), { recursive: true, force: true })
    },
  }
}

/** A path too long for a Unix socket is replaced by one in a private folder of its own. */
function placeSocket(wanted: string): string {
  if (Buffer.byteLength(wanted) <= SOCKET_PATH_BYTES_MAX) return wanted
  return join(mkdtempSync(join(tmpdir(), 'genba-')), 'ipc.socket')
}

export interface InstalledFiles {
  readonly recipe: unknown
  readonly artifactsDir: string
  readonly unarchivedDir: string | undefined
}

/**
 * Puts recipe and artifacts where a core has them. The artifacts are linked, not copied: they are build output on
 * the same disk, and a link always shows the latest.
 */
export function installFiles(layout: Layout, name: string, version: string, files: InstalledFiles): void {
  replaceFile(layout.recipePath(name, version), `${JSON.stringify(files.recipe, null, 2)}\n`)
  link(layout.artifactsPath(name, version), files.artifactsDir)
  link(layout.unarchivedPath(name, version), files.unarchivedDir ?? files.artifactsDir)
  mkdirSync(layout.workPath(name), { recursive: true })
}

/** A version that was downloaded meanwhile stays: it is the same version. */
function link(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const present = lstatSync(path, { throwIfNoEntry: false })
  if (present?.isDirectory()) return
  if (present !== undefined) unlinkSync(path)
  symlinkSync(resolve(target), path, 'dir')
}
