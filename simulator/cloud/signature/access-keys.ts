import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const AccessKey = z.object({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) })

/** What signs a request to the simulated cloud. The secret is written to no log and no answer. */
export type AccessKey = Readonly<z.output<typeof AccessKey>>

const FILE = 'access-key.json'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The access key of a state directory, made at its first start in a file that its owner alone can read. */
export function openAccessKey(directory: string): AccessKey {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, FILE)
  try {
    const key = makeAccessKey()
    // Fails where the file is there, and so never replaces a key that somebody already uses.
    writeFileSync(path, `${JSON.stringify(key, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    return key
  } catch (error) {
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'EEXIST') throw error
    return AccessKey.parse(JSON.parse(readFileSync(path, 'utf8')))
  }
}

/** In the shape of real ones: AKIA and 16 characters of base 32, and 40 of base 64. */
function makeAccessKey(): AccessKey {
  const characters = [...randomBytes(16)].map((byte) => BASE32[byte % BASE32.length])
  return { accessKeyId: `AKIA${characters.join('')}`, secretAccessKey: randomBytes(30).toString('base64') }
}
