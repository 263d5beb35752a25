import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEvidence } from '../../../shared/evidence/read.ts'
import { verifyEvidence } from '../../../shared/evidence/verify.ts'
import { check, evidenceOf, filledJournal, KEY, reasonsOf } from './world.ts'

const small = async () => evidenceOf(await filledJournal(3, 1), { tag: 'line/b', fromUs: 0, toUs: 15 })

const isRefusedWithReason = (bytes: Uint8Array): boolean => !check(bytes).ok && reasonsOf(bytes).length > 0

describe('an evidence file that was tampered with', () => {
  it('fails with a reason whichever byte is another', async () => {
    const bytes = await small()
    expect(check(bytes).ok).toBe(true)
    const accepted: number[] = []
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes)
      // Another letter, another digit, and now and then the case of a letter.
      changed[at] = (changed[at] ?? 0) ^ (at % 3 === 0 ? 0x20 : 1)
      if (!isRefusedWithReason(changed)) accepted.push(at)
    }
    expect(accepted).toEqual([])
  })

  it('fails with a reason wherever it is cut off', async () => {
    const bytes = await small()
    const accepted: number[] = []
    for (let at = 0; at < bytes.length; at += 7) {
      if (!isRefusedWithReason(bytes.slice(0, at))) accepted.push(at)
    }
    expect(accepted).toEqual([])
    expect(isRefusedWithReason(bytes.slice(0, -1))).toBe(true)
  })

  it('fails with a reason whatever is changed or put in at any place of a longer one', async () => {
    const bytes = await evidenceOf(await filledJournal(12, 9))
    const edit = fc.record({
      at: fc.nat(bytes.length),
      remove: fc.nat(3),
      insert: fc.uint8Array({ maxLength: 3 }),
    })
    fc.assert(
      fc.property(edit, ({ at, remove, insert }) => {
        const changed = Uint8Array.from([...bytes.slice(0, at), ...insert, ...bytes.slice(at + remove)])
        fc.pre(Buffer.compare(changed, bytes) !== 0)
        expect(isRefusedWithReason(changed)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('fails when lines are left out, repeated or exchanged', async () => {
    const text = Buffer.from(await evidenceOf(await filledJournal(8, 4))).toString()
    const lines = text.split('\n').slice(0, -1)
    const place = fc.nat(lines.length - 1)
    fc.assert(
      fc.property(place, place, fc.constantFrom('drop', 'repeat', 'exchange'), (a, b, how) => {
        const changed = [...lines]
        if (how === 'drop') changed.splice(a, 1)
        else if (how === 'repeat') changed.splice(b, 0, lines[a] ?? '')
        else [changed[a], changed[b]] = [lines[b] ?? '', lines[a] ?? '']
        fc.pre(changed.join() !== lines.join())
        expect(isRefusedWithReason(Buffer.from(`${changed.join('\n')}\n`))).toBe(true)
      }),
    )
  })
})

describe('the verification of evidence', () => {
  it('answers whatever bytes it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const report = verifyEvidence(bytes, { publicKey: KEY.publicKey })
        expect(report.ok).toBe(false)
        expect(report.checks[0]?.reasons.length).toBeGreaterThan(0)
      }),
    )
  })

  it('answers whatever JSON stands in the lines', () => {
    const kind = fc.constantFrom('evidence', 'chunk', 'frame', 'earlier-head', 'statement', 'signature')
    const line = fc
      .tuple(kind, fc.jsonValue())
      .map(([name, value]) => JSON.stringify({ kind: name, ...Object(value) }))
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.json()), { maxLength: 6 }), (lines) => {
        expect(readEvidence(Buffer.from(`${lines.join('\n')}\n`)).fault).toBeTypeOf('string')
      }),
    )
  })
})
