import { describe, expect, it } from 'vitest'
import { describeError } from '../../../shared/errors/genba-error.ts'
import {
  type ErasureOrder,
  type ErasureRequest,
  requestErasure,
  requestsOn,
  withdrawErasure,
} from '../../../shared/retention/erasure.ts'
import {
  activeHolds,
  type HoldOrder,
  type LegalHold,
  liftHold,
  placeHold,
} from '../../../shared/retention/holds.ts'
import { HOLDS_MAX } from '../../../shared/retention/limits.ts'
import { day, stored } from './run.ts'

const order = (more: Partial<HoldOrder> = {}): HoldOrder => ({
  id: 'case-7',
  scope: { tags: ['line1/#'] },
  reason: 'claim of a customer, file 2026-7',
  placedBy: 'mari@plant',
  placedAtUs: day(3),
  ...more,
})
const lift = (id: string, more = {}) => ({
  id,
  liftedBy: 'kenji@plant',
  liftedAtUs: day(9),
  liftReason: 'settled',
  ...more,
})

function refusal(ask: () => unknown): string {
  try {
    ask()
  } catch (error) {
    return describeError(error)
  }
  return 'not refused'
}

describe('a legal hold', () => {
  it('is placed and lifted by people, with reasons, and stays on record', () => {
    const held = placeHold([], order())
    expect(activeHolds(held, stored())).toEqual([order()])
    const lifted = liftHold(held, lift('case-7'))
    expect(activeHolds(lifted, stored())).toEqual([])
    expect(lifted).toEqual([{ ...order(), ...lift('case-7') }])
  })

  it('goes on while another on the same data is lifted', () => {
    const both = placeHold(placeHold([], order()), order({ id: 'case-8' }))
    expect(activeHolds(both, stored())).toHaveLength(2)
    expect(activeHolds(liftHold(both, lift('case-7')), stored()).map(({ id }) => id)).toEqual(['case-8'])
  })

  it.each([
    ['its tags', { tags: ['line1/+/force'] }, true],
    ['other tags', { tags: ['line2/#'] }, false],
    ['a range that touches the first sample', { tags: ['#'], toUs: day(0) }, true],
    ['a range that touches the last sample', { tags: ['#'], fromUs: day(2) }, true],
    ['a range around it', { tags: ['#'], fromUs: day(-5), toUs: day(5) }, true],
    ['an earlier range', { tags: ['#'], toUs: day(0) - 1 }, false],
    ['a range between event and receipt', { tags: ['#'], fromUs: day(2) + 1, toUs: day(9) }, false],
    ['the range in which it was received', { tags: ['#'], fromUs: day(11), toUs: day(12) }, true],
    ['a later range', { tags: ['#'], fromUs: day(12) + 1 }, false],
  ])('with %s: %j holds: %s', (_, scope, isHeld) => {
    const data = stored({ eventToUs: day(2), ingestFromUs: day(10), ingestToUs: day(12) })
    expect(activeHolds(placeHold([], order({ scope })), data)).toHaveLength(isHeld ? 1 : 0)
  })

  it('is refused with everything that is wrong, each with its place', () => {
    const scope = { tags: ['line1#', ''], fromUs: day(2), toUs: day(1) }
    expect(refusal(() => placeHold([], order({ id: ' ', scope, reason: '', placedBy: '' })))).toBe(
      `the legal hold is refused (GENBA_HOLD_INVALID)
  where     id
  expected  a text of 1 to 128 characters
  received  " "
  mend      say who or what, so that others can ask
  where     scope.tags[0]
  expected  a tag, or a filter with + for one whole level and # alone at the end
  received  "line1#"
  mend      write line1/# for all tags below line1
  where     scope.tags[1]
  expected  a tag, or a filter with + for one whole level and # alone at the end
  received  ""
  mend      write line1/# for all tags below line1
  where     scope.toUs
  expected  a time not before fromUs, ${day(2)}
  received  ${day(1)}
  mend      exchange the two
  where     reason
  expected  a text of 1 to 1000 characters
  received  ""
  mend      say why, in words that still tell something in ten years
  where     placedBy
  expected  a text of 1 to 128 characters
  received  ""
  mend      say who or what, so that others can ask`,
    )
  })

  const held = placeHold([], order())
  const lifted = liftHold(held, lift('case-7'))
  const full = Array.from({ length: HOLDS_MAX }, (_, index): LegalHold => order({ id: `${index}` }))
  it.each([
    ['no tags', () => placeHold([], order({ scope: { tags: [] } })), 'GENBA_HOLD_INVALID'],
    ['a time that is none', () => placeHold([], order({ placedAtUs: Number.NaN })), 'GENBA_HOLD_INVALID'],
    ['an endless reason', () => placeHold([], order({ reason: 'x'.repeat(1001) })), 'GENBA_HOLD_INVALID'],
    ['an id that is in use', () => placeHold(held, order()), 'GENBA_HOLD_EXISTS'],
    ['an id that was in use', () => placeHold(lifted, order()), 'GENBA_HOLD_EXISTS'],
    ['one too many', () => placeHold(full, order()), 'GENBA_HOLD_LIMIT'],
    ['an unknown id to lift', () => liftHold(held, lift('case-9')), 'GENBA_HOLD_UNKNOWN'],
    ['nothing to lift', () => liftHold([], lift('case-9')), 'GENBA_HOLD_UNKNOWN'],
    ['lifting twice', () => liftHold(lifted, lift('case-7')), 'GENBA_HOLD_LIFTED'],
    [
      'lifting without a reason',
      () => liftHold(held, lift('case-7', { liftReason: ' ' })),
      'GENBA_HOLD_INVALID',
    ],
    ['lifting by nobody', () => liftHold(held, lift('case-7', { liftedBy: '' })), 'GENBA_HOLD_INVALID'],
  ])('refuses %s', (_, ask, code) => {
    expect(refusal(ask)).toContain(code)
  })
})

describe('a request for erasure', () => {
  const request = (more: Partial<ErasureOrder> = {}): ErasureOrder => ({
    id: 'gdpr-1',
    subject: 'd17',
    untilUs: day(5),
    reason: 'left the company',
    requestedBy: 'd17@plant',
    requestedAtUs: day(5),
    ...more,
  })
  const back = { withdrawnBy: 'hr@plant', withdrawnAtUs: day(6), withdrawReason: 'wrong driver' }
  const open: ErasureRequest[] = requestErasure([], request())

  it('means what its subject has until then, and nobody else', () => {
    const ids = (data: object) => requestsOn(open, stored(data)).map(({ id }) => id)
    expect(ids({ subject: 'd17' })).toEqual(['gdpr-1'])
    expect(ids({ subject: 'd17', eventFromUs: day(5) })).toEqual(['gdpr-1'])
    expect(ids({ subject: 'd17', eventFromUs: day(5) + 1 })).toEqual([])
    expect(ids({ subject: 'd18' })).toEqual([])
    expect(ids({})).toEqual([])
  })

  it('can be taken back, and stays on record', () => {
    const taken = withdrawErasure(open, { id: 'gdpr-1', ...back })
    expect(requestsOn(taken, stored({ subject: 'd17' }))).toEqual([])
    expect(taken).toEqual([{ ...request(), ...back }])
  })

  it.each([
    ['nobody to erase', () => requestErasure([], request({ subject: '' })), 'GENBA_ERASURE_INVALID'],
    ['an id that was in use', () => requestErasure(open, request()), 'GENBA_ERASURE_EXISTS'],
    [
      'an unknown one to take back',
      () => withdrawErasure(open, { id: 'x', ...back }),
      'GENBA_ERASURE_UNKNOWN',
    ],
    [
      'taking back without a reason',
      () => withdrawErasure(open, { id: 'gdpr-1', ...back, withdrawReason: '' }),
      'GENBA_ERASURE_INVALID',
    ],
  ])('refuses %s', (_, ask, code) => {
    expect(refusal(ask)).toContain(code)
  })
})
