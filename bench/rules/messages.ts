import type { SqlMessage } from '../../shared/sql/function.ts'

/** What a machine sends: a dozen members, a list and an object. */
export interface MachineState {
  readonly tag: string
  readonly value: number
  readonly unit: string
  readonly quality: string
  readonly state: number
  readonly mode: string
  readonly serial: string
  readonly code: string
  readonly pressure: number
  readonly flow: number
  readonly maintenance: boolean
  readonly good: number
  readonly total: number
  readonly position: { readonly x: number; readonly y: number }
  readonly readings: readonly { readonly n: string; readonly v: number }[]
}

export interface MachineMessage extends SqlMessage {
  readonly payload: MachineState & Record<string, never>
}

/** Messages of some presses of two lines, the same in each run. */
export function generateMessages(count: number): MachineMessage[] {
  const random = createRandom(20_240_711)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const decimals = (from: number, to: number, places: number) =>
    Number((from + random() * (to - from)).toFixed(places))
  return Array.from({ length: count }, (_, index) => {
    const machine = `press${1 + (index % 8)}`
    const total = Math.floor(random() * 5000)
    const payload: MachineState = {
      tag: `${machine}/oil`,
      value: decimals(60, 100, 2),
      unit: pick(['Cel', 'Cel', 'bar']),
      quality: pick(['good', 'good', 'good', 'bad']),
      state: Math.floor(random() * 5),
      mode: pick(['auto', 'manual', 'setup']),
      serial: `${pick(['PX', 'PZ'])}-${1000 + index}`,
      code: pick(['E101', 'E7', 'W220', 'E942']),
      pressure: decimals(5, 8, 3),
      flow: decimals(0.8, 2, 2),
      maintenance: random() < 0.1,
      good: Math.floor(total * random()),
      total,
      position: { x: decimals(-10, 10, 1), y: decimals(-10, 10, 1) },
      readings: ['a', 'b', 'c', 'd'].map((n) => ({ n, v: Math.floor(random() * 100) })),
    }
    return { topic: `line${1 + (index % 2)}/${machine}/state`, payload: payload as MachineMessage['payload'] }
  })
}

/** Linear congruential, as in Numerical Recipes: the quality of the numbers does not matter here. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
