import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openJournal } from '../../../shared/journal/open.ts'
import { openSigningKey } from '../../../shared/proof/signing-key.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { headCommand } from '../../../simulator/cli/commands/head.ts'
import { proveCommand } from '../../../simulator/cli/commands/prove.ts'
import { verifyCommand } from '../../../simulator/cli/commands/verify.ts'
import { readAudit } from '../../../simulator/cli/law/audit-read.ts'
import { stateDirectory } from '../../../simulator/cli/state-directory.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createContext, printedBy } from './command-world.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

/** A stopped gateway with twelve frames of two tags, and a path in its folder. */
async function stopped(name: string) {
  const state = stateDirectory(join(folder.path, name))
  mkdirSync(dirname(state.historianStore), { recursive: true })
  await grown(state.historianStore, 0, 12)
  return { ...state, fileOf: (file: string) => join(state.path, file) }
}

async function grown(historianStore: string, from: number, to: number): Promise<void> {
  const journal = await openJournal(await openLevelStore(historianStore))
  const producer = producerOf(`p${from}`)
  for (let i = from; i < to; i += 1) {
    const at = i * 1_000_000
    await journal.append([producer.samples([column('line1/a', [[at, i / 8]]), column('line1/b', [[at, i]])])])
  }
  await journal.close()
}

const verify = (...args: readonly string[]) => printedBy(verifyCommand, ...args)
const prove = (state: { path: string }, out: string, ...args: readonly string[]) =>
  printedBy(proveCommand, '--state', state.path, '--tag', 'line1/a', '--out', out, ...args)

describe('genba prove', () => {
  it('writes a file that verifies elsewhere, with the key of the gateway in a file of its owner alone', async () => {
    const state = await stopped('plain')
    const out = state.fileOf('a.evidence')
    const [from, to] = ['1970-01-01T00:00:02Z', '1970-01-01T00:00:08Z']
    const said = await prove(state, out, '--from', from, '--to', to)
    expect(said).toMatch(
      /a\.evidence: 6 samples in .*, proven against a head of 12 leaves by key [0-9a-f]{16}\n$/,
    )
    const { publicKeyPem, keyId } = await openSigningKey(join(state.historianWork, 'keys', 'heads.pem'))
    writeFileSync(state.fileOf('key.pem'), publicKeyPem)
    const answer = JSON.parse(await verify('--evidence', out, '--key', state.fileOf('key.pem'), '--json'))
    expect(answer).toMatchObject({ v: 1, ok: true, keyFrom: 'outside', keyId, samples: 6 })
    expect(answer.head.log).toBe('genba-plain/historian')
    const text = await verify('--evidence', out)
    expect(text).toContain('proven: 6 samples of line1/a from 1970-01-01T00:00:02.000Z before')
    expect(text).toContain('this proves only that the file is whole and comes from the\nholder of that key')
  })

  it('seals first when it is asked to, so that no other tag is given away', async () => {
    const state = await stopped('sealed')
    const open = state.fileOf('open.evidence')
    await prove(state, open)
    const sealed = state.fileOf('sealed.evidence')
    await prove(state, sealed, '--seal', '--to', '1970-01-01T00:00:05Z')
    const isFrame = (line: string) => line.startsWith('{"kind":"frame"')
    const framesIn = (path: string) => readFileSync(path, 'utf8').split('\n').filter(isFrame).length
    // The second has the entry of the audit trail on the first.
    expect([framesIn(open), framesIn(sealed)]).toEqual([12, 1])
    expect(await verify('--evidence', sealed)).toContain('proven: 5 samples of line1/a')
    const trail = await readAudit(state)
    expect(trail.map(({ action, target }) => [action, target])).toEqual([
      ['export', 'evidence of line1/a'],
      ['export', 'evidence of line1/a'],
    ])
  })

  it('leaves no file behind when there is no such tag, or no such directory', async () => {
    const state = await stopped('none')
    const out = state.fileOf('z.evidence')
    const asking = printedBy(proveCommand, '--state', state.path, '--tag', 'line1/z', '--out', out)
    await expect(asking).rejects.toMatchObject({ code: 'GENBA_EVIDENCE_TAG' })
    expect(() => readFileSync(out)).toThrow('ENOENT')
    const nowhere = prove(state, state.fileOf('no/such/folder/a.evidence'))
    await expect(nowhere).rejects.toMatchObject({ code: 'GENBA_USAGE' })
  })
})

describe('genba verify --evidence', () => {
  it('fails with the reason when a byte of the file is another', async () => {
    const state = await stopped('changed')
    const out = state.fileOf('a.evidence')
    await prove(state, out)
    const text = readFileSync(out, 'utf8')
    writeFileSync(out, text.replace('"madeUs":1', '"madeUs":2'))
    const { context, printed } = createContext()
    const run = verifyCommand(context).exitOverride().parseAsync(['--evidence', out], { from: 'user' })
    await expect(run).rejects.toMatchObject({ code: 'GENBA_EVIDENCE_INVALID' })
    expect(printed.join('')).toMatch(
      /FAILED {2}it is as it was signed\n {8}the bytes before the signature have the SHA-256/,
    )
    expect(printed.join('')).toMatch(/nothing is proven\n$/)
  })

  it('of a file that is not there, and of options that do not go together, says what to do', async () => {
    const missing = verify('--evidence', join(folder.path, 'nothing'))
    await expect(missing).rejects.toMatchObject({ code: 'GENBA_FILE_UNREADABLE' })
    expect(() =>
      verifyCommand(createContext().context).exitOverride().parse(['--key', 'k'], { from: 'user' }),
    ).toThrow('these options do not go together')
  })
})

describe('genba verify --head', () => {
  it('says whether the store still has what an earlier head was signed over', async () => {
    const state = await stopped('history')
    const file = state.fileOf('head.json')
    writeFileSync(file, await printedBy(headCommand, '--state', state.path, '--json'))
    await grown(state.historianStore, 12, 15)
    expect(await verify('--head', file, '--state', state.path)).toBe(
      'the store has everything of the head, unchanged, and 3 leaves more\n',
    )
  })

  it('fails when history was rewritten, or an old copy was put back', async () => {
    const state = await stopped('rewritten')
    const file = state.fileOf('head.json')
    const store = stateDirectory(join(folder.path, 'rewritten')).historianStore
    await grown(store, 12, 14)
    const printed = JSON.parse(await printedBy(headCommand, '--state', state.path, '--json'))
    writeFileSync(file, JSON.stringify(printed.head))
    const other = await stopped('other')
    const elsewhere = verify('--head', file, '--state', other.path)
    await expect(elsewhere).rejects.toMatchObject({ code: 'GENBA_HEAD_INVALID' })
    rmSync(store, { recursive: true })
    await grown(store, 0, 12)
    await expect(verify('--head', file, '--state', state.path)).rejects.toMatchObject({
      code: 'GENBA_HEAD_INVALID',
      issues: [{ received: 'the log went back from 14 leaves to 12' }],
    })
    await grown(store, 100, 110)
    await expect(verify('--head', file, '--state', state.path)).rejects.toMatchObject({
      issues: [{ received: 'the first 14 leaves do not have the old root' }],
    })
  })
})
