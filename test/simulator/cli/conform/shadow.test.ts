import { describe, expect, it } from 'vitest'
import { checkShadowCase } from '../../../../simulator/cli/conform/shadow.ts'

const update = {
  op: 'update',
  thing: 't',
  shadow: null,
  payload: { state: { desired: { a: 1 } } },
  timestamp: 5,
  expect: { accepted: { version: 1, timestamp: 5 }, exact: false, delta: { state: { a: 1 } } },
}
const steps = [
  update,
  {
    ...update,
    payloadText: '{}',
    payload: undefined,
    expect: { rejected: { code: 400 }, delta: null, documents: null },
  },
  { op: 'get', thing: 't', payloadText: '', timestamp: 6, expect: { accepted: { version: 1 } } },
  { op: 'list', thing: 't', timestamp: 7, expect: { accepted: { results: [] } } },
  { op: 'delete', thing: 't', timestamp: 8, expect: { accepted: { version: 1, timestamp: 8 }, exact: true } },
  { op: 'delete', thing: 't', timestamp: 9, expect: { rejected: { code: 404 } } },
]

describe('a case of device shadows', () => {
  it('passes when every request is answered as expected', () => {
    expect(checkShadowCase({ steps })).toEqual({ passed: true })
  })

  it.each([
    ['a wrong member', { accepted: { version: 2 } }],
    ['a member too many', { accepted: { version: 1, timestamp: 5 }, exact: true }],
    ['a difference that is published', { accepted: { version: 1 }, delta: null }],
    ['a refusal that does not come', { rejected: { code: 409 } }],
  ])('does not pass with %s, and tells the step', (_, expected) => {
    expect(checkShadowCase({ steps: [{ ...update, expect: expected }] })).toMatchObject({
      passed: false,
      actual: { step: 1, accepted: { version: 1 } },
    })
  })
})
