import { decodeText, encodeText } from '../bytes/text.ts'
import type { KeyValueStore } from '../store/store.ts'
import { createSerial } from '../time/serial.ts'

/** The newest epoch of each producer, on the producer's own disk. */
export interface Epochs {
  /** undefined for a producer that has never sent from this disk. */
  last(producer: string): Promise<number | undefined>
  /**
   * A new epoch, durable before it is returned: greater than every earlier one of this disk, at least `atLeast`,
   * and at least the wall clock in milliseconds, so that a lost disk does not bring old epochs back.
   */
  next(producer: string, atLeast: number): Promise<number>
}

const keyOf = (producer: string) => encodeText(`epoch/${producer}`)

export function createEpochs(store: KeyValueStore, wallUs: () => number): Epochs {
  /** A source that is retired and brought back at once asks twice: both must not read the same last epoch. */
  const inTurn = createSerial()

  async function last(producer: string): Promise<number | undefined> {
    const bytes = await store.get(keyOf(producer))
    const epoch = bytes === undefined ? Number.NaN : Number(decodeText(bytes))
    return Number.isSafeInteger(epoch) ? epoch : undefined
  }
  return {
    last,
    next: (producer, atLeast) =>
      inTurn(async () => {
        const before = (await last(producer)) ?? -1
        const epoch = Math.max(before + 1, atLeast, Math.floor(wallUs() / 1000))
        await store.batch([{ type: 'put', key: keyOf(producer), value: encodeText(String(epoch)) }], {
          sync: true,
        })
        return epoch
      }),
  }
}
