import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { AnswerPart } from '../../shared/asking/asked.ts'
import { parseCommit } from '../../shared/contract/commit.ts'
import { HealthMessage } from '../../shared/contract/health.ts'
import { HistorianRequest } from '../../shared/contract/historian-request.ts'
import { LawRequest } from '../../shared/contract/law-request.ts'
import { ProcessorRequest } from '../../shared/contract/processor-request.ts'
import { GenbaRecord } from '../../shared/contract/records.ts'
import { decodeReply } from '../../shared/contract/reply.ts'
import { decodeFrame } from '../../shared/frame/decode.ts'
import { openJournal } from '../../shared/journal/open.ts'
import { verifyJournal } from '../../shared/journal/verify/verify.ts'
import { openLevelStore } from '../../shared/store/level-store.ts'
import { journalSource } from '../../simulator/cli/history/source.ts'
import { type Message, readFixture, writeTree } from '../../simulator/release/fixture.ts'
import { rowsOf } from '../../simulator/release/rows.ts'

const FIXTURES = resolve('test/versions/fixtures')
/** One file a release, named after it. */
const releases = readdirSync(FIXTURES).map((name) => readFixture(join(FIXTURES, name)))

const folders: string[] = []
function unpacked(work: Readonly<Record<string, Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'genba-release-'))
  folders.push(folder)
  writeTree(folder, work)
  return folder
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const bytesOf = ({ bytes }: Message): Uint8Array => Buffer.from(bytes ?? '', 'base64')
const parsesAs =
  (schema: { safeParse(json: unknown): { readonly success: boolean } }) =>
  ({ json }: Message): boolean =>
    schema.safeParse(json).success

function isReadableFrame(message: Message): boolean {
  const frame = decodeFrame(bytesOf(message))
  return (
    frame.body === 'samples' || frame.records.every((text) => GenbaRecord.safeParse(JSON.parse(text)).success)
  )
}

/** How today's components read each topic. */
const READERS: readonly (readonly [topic: RegExp, isRead: (message: Message) => boolean])[] = [
  [/\/feed\//, isReadableFrame],
  [/\/historian\/commit$/, ({ json }) => parseCommit(json) !== undefined],
  [/\/historian\/request$/, parsesAs(HistorianRequest)],
  [/\/historian\/law$/, parsesAs(LawRequest)],
  [/\/processor\/request$/, parsesAs(ProcessorRequest)],
  [/\/health\//, parsesAs(HealthMessage)],
  [/\/reply\/.*\/(processor|historian)$/, parsesAs(AnswerPart)],
  [/\/reply\//, (message) => decodeReply(bytesOf(message)) !== undefined],
  // What rules publish is for machines, in the shape that the rule gives it.
  [/\/output\//, () => true],
]

describe.each(releases)('what release $manifest.version left', ({ manifest, messages, work }) => {
  it('in messages of every topic is read', () => {
    for (const message of messages) {
      const reader = READERS.find(([topic]) => topic.test(message.topic))
      expect(reader?.[1](message), `${message.topic} ${JSON.stringify(message.json)}`).toBe(true)
    }
  })

  it('in the store of its historian is there bit for bit, and verifies', async () => {
    const store = await openLevelStore(join(unpacked(work), 'genba.Historian/store/journal'))
    try {
      const journal = await openJournal(store)
      const rows = await rowsOf(journalSource(journal).range({ tags: [] }), manifest.stored.untilUs)
      expect(rows).toEqual(manifest.stored)
      expect(journal.sealing.samples).toBeGreaterThan(0)
      expect((await verifyJournal(store)).problems).toEqual([])
      await journal.close()
    } finally {
      await store.close()
    }
  })
})
