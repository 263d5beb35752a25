import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Shadow } from '../../shadow/shadow.ts'
import { Shadows } from '../../shadow/shadows.ts'
import { StoredShadow } from '../../shadow/stored-shadow.ts'
import { replaceFile } from '../configuration/persisted.ts'

const StoredFile = z.object({ v: z.literal(1), shadows: z.record(z.string(), StoredShadow) })

/** The shadows of a core, kept in a file. @throws when the file is there and is none of ours */
export function openShadows(path: string): Shadows {
  const kept: ReadonlyMap<string, Shadow> = existsSync(path)
    ? new Map(Object.entries(StoredFile.parse(JSON.parse(readFileSync(path, 'utf8'))).shadows))
    : new Map()
  return new Shadows(kept, (shadows) => {
    replaceFile(path, `${JSON.stringify({ v: 1, shadows: Object.fromEntries(shadows) })}\n`)
  })
}
