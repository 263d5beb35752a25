import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { checkLevelFiles } from '../../../shared/store/level-files/check-files.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore, StoreEntry } from '../../../shared/store/store.ts'
import { seededRandom } from '../../support/machine-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { column, producerOf } from './frames.ts'
import { everything, fill, fillSmall, flipped, framesFrom, openSmall, samplesOf } from './sealed-store.ts'

const SEED = Number(process.env['GENBA_TEST_SEED'] ?? 20_260)
const FLIPS_A_FILE = 8

const folder = temporaryFolder()
const original = join(folder.path, 'original')
let samples: string[] = []

beforeAll(async () => {
  // Closed in between, so that there are tables and a log.
  await (await fillSmall(await openLevelStore(original))).close()
  const journal = await openSmall(await openLevelStore(original))
  await fill(journal, framesFrom(40, 6), 36)
  // Large enough together to be kept in a file of values.
  const noise = producerOf('noise')
  const points = Array.from({ length: 400 }, (_, i) => [i, Math.sin(i ** 2)] as const)
  await journal.append(Array.from({ length: 8 }, () => noise.samples([column('noise', points)])))
  samples = await samplesOf(journal)
  await journal.close()
})
afterAll(folder.remove)

/** What a reader is given, and whether anything says that it is not all. */
async function look(store: KeyValueStore): Promise<{ given: string[]; isFound: boolean }> {
  const given: string[] = []
  try {
    const journal = await openJournal(store)
    given.push(...(await samplesOf(journal)))
    const { problemCount } = await verifyJournal(store)
    return { given, isFound: problemCount > 0 }
  } catch (error) {
    // What a person can read, and nothing else.
    expect(error).toBeInstanceOf(GenbaError)
    expect(String((error as GenbaError).code)).toMatch(/^GENBA_(STORE_CORRUPT|JOURNAL_|PROOF_DAMAGED)/)
    return { given, isFound: true }
  }
}

async function lookAt(directory: string): Promise<{ given: string[]; isFound: boolean }> {
  const inFiles = await checkLevelFiles(directory)
  let store: KeyValueStore
  try {
    store = await openLevelStore(directory)
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^GENBA_STORE_CORRUPT$/) })
    expect((error as GenbaError).issues[0]?.mend).toContain('genba repair')
    return { given: [], isFound: true }
  }
  const { given, isFound } = await look(store)
  await store.close()
  return { given, isFound: isFound || inFiles.length > 0 }
}

/** Nothing may be given that did not come, and nothing may be missing without a word. */
function check({ given, isFound }: { given: string[]; isFound: boolean }, what: string): void {
  const rest = new Map<string, number>()
  for (const sample of samples) rest.set(sample, (rest.get(sample) ?? 0) + 1)
  const wrong = given.filter((sample) => {
    rest.set(sample, (rest.get(sample) ?? 0) - 1)
    return (rest.get(sample) ?? 0) < 0
  })
  expect(wrong, what).toEqual([])
  if (!isFound) expect(given.toSorted(), what).toEqual(samples.toSorted())
}

/** With one bit of one entry changed, but never the kind of a key. */
async function changedStore(
  entries: readonly StoreEntry[],
  { key, value }: StoreEntry,
  isKey: boolean,
  bit: number,
): Promise<KeyValueStore> {
  const changed = isKey
    ? { key: Uint8Array.of(key[0] ?? 0, ...flipped(key.subarray(1), bit)), value }
    : { key, value: flipped(value, bit) }
  const others = entries.filter((entry) => Buffer.compare(entry.key, key) !== 0)
  const memory = createMemoryStore()
  await memory.batch(
    [...others, changed].map((entry) => ({ type: 'put', ...entry })),
    { sync: true },
  )
  return memory
}

const kindOf = (file: string): string => (file.startsWith('values/') ? 'values' : file.replace(/[\d-]+/, ''))

describe('one bit of a store that is another', () => {
  it('in any file is found, or changes nothing', { timeout: 120_000 }, async () => {
    const random = seededRandom(SEED)
    const files = readdirSync(original, { recursive: true })
      .map(String)
      .filter((file) => statSync(join(original, file)).isFile())
    const kinds = new Set(files.map(kindOf))
    expect([...kinds].sort()).toEqual([
      '.ldb',
      '.log',
      'CURRENT',
      'LOCK',
      'LOG',
      'LOG.old',
      'MANIFEST',
      'values',
    ])
    const found = new Map<string, number>()
    for (const file of files) {
      const size = statSync(join(original, file)).size
      for (let flip = 0; flip < FLIPS_A_FILE && size > 0; flip += 1) {
        const directory = join(folder.path, `${file.replace('/', '-')}-${flip}`)
        cpSync(original, directory, { recursive: true })
        const bit = Math.floor(random() * 8 * size)
        const path = join(directory, file)
        writeFileSync(path, flipped(readFileSync(path), bit))
        const seen = await lookAt(directory)
        check(seen, `seed ${SEED}, bit ${bit} of ${file}`)
        const kind = kindOf(file)
        found.set(kind, (found.get(kind) ?? 0) + Number(seen.isFound))
        rmSync(directory, { recursive: true })
      }
    }
    // What LevelDB tells people is no data; everything else is looked at, bit by bit.
    expect(found.get('LOG')).toBe(0)
    for (const kind of ['.ldb', '.log', 'MANIFEST', 'CURRENT', 'values'])
      expect(found.get(kind), kind).toBeGreaterThan(0)
  })

  it('in any value or key is found, or changes nothing', { timeout: 120_000 }, async () => {
    const random = seededRandom(SEED)
    const store = await openLevelStore(original)
    const entries = await everything(store)
    await store.close()
    const kinds = new Map<number, (typeof entries)[number][]>()
    for (const entry of entries)
      kinds.set(entry.key[0] ?? 0, [...(kinds.get(entry.key[0] ?? 0) ?? []), entry])
    expect([...kinds.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    for (const [kind, all] of kinds) {
      for (let flip = 0; flip < FLIPS_A_FILE; flip += 1) {
        const entry = all[Math.floor(random() * all.length)] ?? {
          key: Uint8Array.of(),
          value: Uint8Array.of(),
        }
        const isKey = flip % 4 === 0 || entry.value.length === 0
        const bit = Math.floor(random() * 8 * (isKey ? entry.key.length - 1 : entry.value.length))
        const store = await changedStore(entries, entry, isKey, bit)
        const where = `${isKey ? 'key' : 'value'} ${Buffer.from(entry.key).toString('hex')}`
        check(await look(store), `seed ${SEED}, kind ${kind}, bit ${bit} of ${where}`)
      }
    }
  })
})
