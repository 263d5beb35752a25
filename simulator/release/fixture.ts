import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { unzipSync, type Zippable, zipSync } from 'fflate'
import * as z from 'zod'

/** All samples before a time. */
const Rows = z.object({ untilUs: z.number(), count: z.number(), digest: z.string() })

/** What a release leaves for later ones to be tried against, beside the work folders of its components. */
const Manifest = z.object({
  v: z.literal(1),
  version: z.string(),
  /** Thing name of the core: names of producers and logs are made from it. */
  thing: z.string(),
  /** What the historian held for certain when the gateway stopped. */
  stored: Rows,
  /** The same, and what lies in the collector's outbox. */
  all: Rows,
})
export type Manifest = z.output<typeof Manifest>

/** A message as it was on the bus; `bytes` in base64. */
const Message = z.object({ topic: z.string(), json: z.unknown().optional(), bytes: z.string().optional() })
export type Message = z.output<typeof Message>

export interface ReleaseFixture {
  readonly manifest: Manifest
  readonly messages: readonly Message[]
  /** Below the core's work folder, by path with slashes. */
  readonly work: Readonly<Record<string, Uint8Array>>
}

const MANIFEST = 'manifest.json'
const MESSAGES = 'messages.jsonl'
const WORK = 'work/'
/** The earliest that a ZIP archive can say: the same content gives the same bytes. */
const EPOCH = new Date(1980, 0, 1)

export function packFixture({ manifest, messages, work }: ReleaseFixture): Uint8Array {
  const files: Zippable = {
    [MANIFEST]: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`),
    [MESSAGES]: Buffer.from(messages.map((message) => `${JSON.stringify(message)}\n`).join('')),
  }
  for (const [path, content] of Object.entries(work)) files[`${WORK}${path}`] = content
  return zipSync(files, { level: 9, mtime: EPOCH })
}

export function readFixture(path: string): ReleaseFixture {
  const files = unzipSync(readFileSync(path))
  const text = (name: string): string => Buffer.from(files[name] ?? []).toString('utf8')
  return {
    manifest: Manifest.parse(JSON.parse(text(MANIFEST))),
    messages: text(MESSAGES)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Message.parse(JSON.parse(line))),
    work: Object.fromEntries(
      Object.entries(files)
        .filter(([name]) => name.startsWith(WORK) && !name.endsWith('/'))
        .map(([name, content]) => [name.slice(WORK.length), content]),
    ),
  }
}

/** Every file below a folder except those of the paths to leave out, links not followed. */
export function readTree(folder: string, isWanted: (path: string) => boolean): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path).split(sep).join('/'), path] as const)
      .filter(([name]) => isWanted(name))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, path]) => [name, readFileSync(path)]),
  )
}

export function writeTree(folder: string, files: ReleaseFixture['work']): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
}
