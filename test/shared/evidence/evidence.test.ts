import { describe, expect, it } from 'vitest'
import { verifyEvidence } from '../../../shared/evidence/verify.ts'
import { signTreeHead } from '../../../shared/proof/tree-head.ts'
import { column, producerOf } from '../journal/frames.ts'
import {
  ALL,
  check,
  evidenceOf,
  filledJournal,
  forge,
  KEY,
  MAKER,
  OTHER_KEY,
  pointsOf,
  reasonsOf,
  storedPoints,
} from './world.ts'

type Line = Record<string, unknown>

describe('an evidence file', () => {
  it('proves the samples of a tag, sealed and not, and says which leaves hold them', async () => {
    const journal = await filledJournal()
    const report = check(await evidenceOf(journal))
    expect(report).toMatchObject({ ok: true, keyFrom: 'outside', keyId: KEY.keyId, question: ALL })
    expect(report.checks.map(({ name }) => name)).toEqual([
      'form',
      'inclusion',
      'contents',
      'signature',
      'tree-head',
      'statement',
    ])
    expect(pointsOf(report.samples)).toEqual(await storedPoints(journal, ALL))
    expect(report.pieces.map(({ body }) => body).join()).toMatch(/^(chunk,)+(samples,){5}samples$/)
    expect(report.pieces[0]).toMatchObject({ fromLsn: 1, receipt: { fromUs: 1_700_000_000_000_000 } })
    expect(report.head).toMatchObject({ size: journal.proof.size, log: 'gateway/historian' })
    expect(report.stated).toMatchObject({
      complete: true,
      samples: 120,
      firstUs: 0,
      lastUs: 119,
      unproven: 0,
    })
  })

  it('holds no more than what reaches into the range', async () => {
    const journal = await filledJournal()
    for (const [fromUs, toUs] of [
      [15, 75],
      [30, 31],
      [60, null],
      [null, 1],
      [119, 500],
      [500, 600],
    ] as const) {
      const question = { tag: 'line/a', fromUs, toUs }
      const report = check(await evidenceOf(journal, question))
      expect(report).toMatchObject({ ok: true, question })
      expect(pointsOf(report.samples)).toEqual(await storedPoints(journal, question))
      expect(report.pieces.every(({ sampleCount }) => sampleCount > 0)).toBe(true)
    }
  })

  it('checked with the key in it alone says that this is all it proves', async () => {
    const bytes = await evidenceOf(await filledJournal())
    expect(verifyEvidence(bytes)).toMatchObject({ ok: true, keyFrom: 'file', keyId: KEY.keyId })
  })

  it('of another key than the auditor was given fails', async () => {
    const bytes = await evidenceOf(await filledJournal(), ALL, { ...MAKER, key: OTHER_KEY })
    expect(verifyEvidence(bytes).ok).toBe(true)
    expect(reasonsOf(bytes)).toContain(
      `the file is of key ${OTHER_KEY.keyId}, and the key that was given is ${KEY.keyId}`,
    )
  })

  it('names the piece whose bytes are no longer what came', async () => {
    const journal = await filledJournal()
    const forged = forge(await evidenceOf(journal), (lines) =>
      lines.map((line, i) => {
        if (i !== 1) return line
        const bytes = Buffer.from(String((line as Line)['bytes']), 'base64')
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
        return { ...(line as Line), bytes: bytes.toString('base64') }
      }),
    )
    const leaf = check(forged).head === undefined ? '' : /leaf (\d+)/.exec(reasonsOf(forged)[0] ?? '')?.[1]
    expect(reasonsOf(forged)).toContain(
      `piece 1 (chunk, leaf ${leaf}) is not what the tree holds there: leaf and proof lead to another root`,
    )
    expect(reasonsOf(forged)).toContain(
      `piece 1 (chunk, leaf ${leaf}) cannot be read: the chunk fails its CRC-32C`,
    )
  })

  it('whose owner has left a piece out, or states what is not in it, fails', async () => {
    const bytes = await evidenceOf(await filledJournal())
    const without = forge(bytes, (lines) => lines.toSpliced(1, 1))
    expect(reasonsOf(without).join()).toMatch(/the gateway states chunks \d+, and in the file it is \d+/)
    const states = (more: object) =>
      reasonsOf(
        forge(bytes, (lines) =>
          lines.map((line, i) => (i === lines.length - 1 ? { ...(line as Line), ...more } : line)),
        ),
      )
    expect(states({ samples: 121 })).toEqual(['the gateway states samples 121, and in the file it is 120'])
    expect(states({ lastUs: null })).toEqual(['the gateway states lastUs null, and in the file it is 119'])
  })

  it('with a piece twice, in another order, or of another tag fails', async () => {
    const journal = await filledJournal()
    const bytes = await evidenceOf(journal)
    const twice = forge(bytes, (lines) => lines.toSpliced(2, 0, lines[1]))
    expect(reasonsOf(twice).join()).toContain('is there twice')
    const swapped = forge(bytes, ([head, first, second, ...rest]) => [head, second, first, ...rest])
    expect(reasonsOf(swapped).join()).toContain('overlaps the chunk before it in time')
    const frames = forge(bytes, (lines) => {
      const at = lines.findIndex((line) => (line as Line)['kind'] === 'frame')
      return lines.toSpliced(at, 2, lines[at + 1], lines[at])
    })
    expect(reasonsOf(frames).join()).toContain('does not follow the frame before it in the log')
    const other = Buffer.from(await evidenceOf(journal, { ...ALL, tag: 'line/b' }))
      .toString()
      .split('\n')
    const foreign = forge(bytes, (lines) => lines.toSpliced(1, 1, JSON.parse(other[1] ?? '')))
    expect(reasonsOf(foreign).join()).toContain('is a chunk of the tag line/b')
  })

  it('with an unsealed frame of what chunks hold already fails', async () => {
    const bytes = await evidenceOf(await filledJournal())
    const earlier = forge(bytes, (lines) =>
      lines.map((line) => ((line as Line)['lsn'] === 7 ? { ...(line as Line), lsn: 5 } : line)),
    )
    expect(reasonsOf(earlier).join()).toContain('is of log position 5, and chunks hold the samples up to 6')
  })

  it('with the oldest head that covers it shows since when it is unchanged', async () => {
    const journal = await filledJournal()
    const { proving, proof } = journal
    const keep = async (timeUs: number) => {
      const rootHash = Buffer.from(proof.root()).toString('hex')
      await proving.keepHead(signTreeHead({ size: proof.size, rootHash, timeUs, log: MAKER.log }, KEY))
    }
    await keep(1)
    await journal.append([producerOf('q').samples([column('line/c', [[1, 1]])])])
    await keep(2)
    await journal.append([producerOf('r').samples([column('line/c', [[2, 1]])])])
    const bytes = await evidenceOf(journal)
    expect(check(bytes)).toMatchObject({ ok: true, earlierHeads: [{ timeUs: 1 }] })
    expect(await proving.newestHead()).toMatchObject({ timeUs: 2 })
    const forged = forge(bytes, (lines) =>
      lines.map((line) =>
        (line as Line)['kind'] === 'earlier-head' ? { ...(line as Line), proof: [] } : line,
      ),
    )
    expect(reasonsOf(forged).join()).toMatch(/^the earlier head of \d+ leaves is not continued: /)
  })

  it('holds the entries of the audit trail that concern the tag', async () => {
    const journal = await filledJournal()
    const entries = [
      { type: 'audit', id: 'audit|1', tags: ['line/#'], what: 'held' },
      { type: 'audit', id: 'audit|2', tags: ['line/b'], what: 'erased' },
      { type: 'audit', id: 'audit|3', what: 'the law has changed' },
      { type: 'event', id: 'audit|4' },
      { type: 'audit', id: 'audit|5', tags: [], what: 'a person has asked' },
    ].map((entry) => JSON.stringify(entry))
    for (const entry of entries)
      await journal.append([producerOf(`audit/${entry}`.slice(0, 40)).records(entry)])
    const report = check(await evidenceOf(journal))
    expect(report.ok).toBe(true)
    expect(report.stated?.recordFrames).toBe(report.records.length)
    expect(report.records).toEqual(entries.filter((text) => /"audit\|[13]"/.test(text)))
  })

  it('is refused for a tag that is not stored', async () => {
    const question = { ...ALL, tag: 'line/z' }
    await expect(evidenceOf(await filledJournal(), question)).rejects.toMatchObject({
      code: 'GENBA_EVIDENCE_TAG',
    })
  })

  it('of a later format says so', async () => {
    const forged = forge(await evidenceOf(await filledJournal()), ([head, ...rest]) => [
      { ...(head as Line), format: 'genba-evidence/2' },
      ...rest,
    ])
    expect(reasonsOf(forged)).toEqual([
      'it is of the format genba-evidence/2, and this program reads genba-evidence/1',
    ])
  })
})
