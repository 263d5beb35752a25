import { spawn } from 'node:child_process'
import { generateKeyPairSync, verify } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPublicKey } from '../../../shared/proof/public-key.ts'
import { openSigningKey } from '../../../shared/proof/signing-key.ts'
import { errorOf } from '../../support/error-of.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const bytes = Buffer.from('some bytes')

let folder: ReturnType<typeof temporaryFolder>
let path: string

beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder.path, 'tree-head.key')
})
afterEach(() => folder.remove())

/** Writes a file with the mode that a key file must have. */
function writeKey(text: string): void {
  chmodSync(folder.write('tree-head.key', text), 0o600)
}

describe('the signing key', () => {
  it('is made when there is none, for its owner alone, and is the same at the next start', async () => {
    const made = await openSigningKey(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder.path)).toEqual(['tree-head.key'])
    expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    const again = await openSigningKey(path)
    expect(again.keyId).toBe(made.keyId)
    expect(made.keyId).toMatch(/^[0-9a-f]{16}$/)
    expect(Buffer.from(again.sign(bytes))).toEqual(Buffer.from(made.sign(bytes)))
    expect(verify(null, bytes, readPublicKey(made.publicKeyPem), made.sign(bytes))).toBe(true)
  })

  it('is one when many make it at once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => openSigningKey(path)))
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1)
    expect((await openSigningKey(path)).keyId).toBe(keys[0]?.keyId)
    expect(readdirSync(folder.path)).toEqual(['tree-head.key'])
  })

  it('is one when several processes make it at once', async () => {
    const script = join(folder.path, 'open-key.mjs')
    await build({
      stdin: {
        contents: `
          import { openSigningKey } from './shared/proof/signing-key.ts'
          process.stdin.once('data', async () => {
            console.log((await openSigningKey(process.argv[2])).keyId)
            process.exit()
          })
          console.log('ready')`,
        resolveDir: ROOT,
      },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
    })
    const children = Array.from({ length: 3 }, () => spawn(process.execPath, [script, path]))
    const outputs = children.map((child) => {
      const output = { text: '' }
      child.stdout.on('data', (chunk: Buffer) => {
        output.text += chunk.toString()
      })
      return output
    })
    await Promise.all(children.map((child) => once(child.stdout, 'data')))
    for (const child of children) child.stdin.write('go\n')
    await Promise.all(children.map((child) => once(child, 'close')))
    const { keyId } = await openSigningKey(path)
    expect(outputs.map(({ text }) => text)).toEqual(Array(3).fill(`ready\n${keyId}\n`))
  })

  it.each(['0640', '0604', '0620', '0644', '0660', '0777'])(
    'is refused in a file of mode %s',
    async (mode) => {
      await openSigningKey(path)
      chmodSync(path, Number.parseInt(mode, 8))
      await expect(openSigningKey(path)).rejects.toMatchObject({
        code: 'GENBA_PROOF_KEY',
        issues: [
          {
            where: path,
            received: `mode ${mode}`,
            mend: expect.stringContaining(`chmod 600 ${path}`),
            effect: 'no tree head is signed',
          },
        ],
      })
      chmodSync(path, 0o400)
      await expect(openSigningKey(path)).resolves.toBeDefined()
    },
  )

  it('is refused when the file holds something else, which stays as it is', async () => {
    const pem = (type: 'pkcs8' | 'pkcs1') =>
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .privateKey.export({ type, format: 'pem' })
        .toString()
    const own = generateKeyPairSync('ed25519')
    const texts = [
      '',
      'no key',
      pem('pkcs8'),
      pem('pkcs1'),
      generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      own.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      own.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
        .toString(),
      'x'.repeat(100_000),
    ]
    for (const text of texts) {
      writeKey(text)
      await expect(openSigningKey(path)).rejects.toMatchObject({
        code: 'GENBA_PROOF_KEY',
        issues: [{ where: path, mend: expect.any(String) }],
      })
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
  })

  it('is refused where the path is a directory, or its directory is missing', async () => {
    mkdirSync(path)
    await expect(openSigningKey(path)).rejects.toMatchObject({
      code: 'GENBA_PROOF_KEY',
      issues: [{ where: path, received: 'a directory or a device' }],
    })
    rmSync(path, { recursive: true })
    await expect(openSigningKey(join(folder.path, 'missing', 'key'))).rejects.toMatchObject({
      code: 'GENBA_PROOF_KEY',
      issues: [{ mend: expect.stringContaining(join(folder.path, 'missing')) }],
    })
  })
})

describe('the public key', () => {
  it('is refused when it is a private one, of another kind, or no key', () => {
    const own = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
    for (const pem of [own, rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'no key', '']) {
      expect(errorOf(() => readPublicKey(pem))).toMatchObject({ code: 'GENBA_PROOF_KEY' })
    }
    expect(errorOf(() => readPublicKey(own)).issues[0]?.received).toBe('a private key')
  })
})
