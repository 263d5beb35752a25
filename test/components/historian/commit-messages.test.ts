import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commitMessages } from '../../../components/historian/commit-messages.ts'
import { checkPublish } from '../../../shared/component/message-size.ts'
import { Topic } from '../../../shared/contract/topics.ts'

describe('the commit messages of one write', () => {
  it('fit the bus of every nucleus and name each frame once, in log order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120), { maxLength: 600 }), fc.nat(300), (owners, answeredCount) => {
        const nameOf = (index: number) => `genba.Collector/source-${index}`
        const stored = owners.map((owner, index) => ({
          lsn: index + 1,
          producer: nameOf(owner),
          epoch: 1_700_000_000_000,
          sequence: index,
        }))
        const messages = commitMessages({
          boot: 1,
          stored,
          held: new Map(),
          answered: Array.from({ length: answeredCount }, (_, index) => nameOf(index)),
          headLsn: owners.length,
        })
        for (const message of messages) checkPublish(Topic.commit, { json: message })
        const told = messages.flatMap(({ firstLsn, frames, producers }) =>
          frames.map(([producer], index) => ({ lsn: firstLsn + index, producer: producers[producer] })),
        )
        expect(told).toEqual(stored.map(({ lsn, producer }) => ({ lsn, producer })))
      }),
    )
  })
})
