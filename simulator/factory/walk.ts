import { scatter, seedOf } from './noise.ts'

/** Values of one tag are made once and repeated: copying them costs next to nothing beside encoding them. */
export const WALK_LENGTH = 1024

/** The values that a sensor of bursts and of a steady source goes through, again and again, in steps of 0.01. */
export function walkOf(seed: number, sensor: number): Float64Array {
  const own = seedOf(seed, String(sensor))
  const walk = new Float64Array(WALK_LENGTH)
  const base = Math.round(scatter(own, 0) * 9000) + 1000
  let level = 0
  for (let index = 0; index < WALK_LENGTH; index++) {
    // Steps of up to 0.05 about a value of its own; it ends near where it began.
    const pull = index > WALK_LENGTH / 2 ? -Math.sign(level) : 0
    level += Math.round(scatter(own, index + 1) * 10 - 5) + pull
    walk[index] = (base + level) / 100
  }
  return walk
}

/** @param from any whole number: the walk is endless */
export function cutWalk(walk: Float64Array, from: number, length: number): Float64Array {
  const start = from % WALK_LENGTH
  if (start + length <= WALK_LENGTH) return walk.slice(start, start + length)
  const values = new Float64Array(length)
  for (let index = 0; index < length; index++) values[index] = walk[(start + index) % WALK_LENGTH] ?? 0
  return values
}

export const sensorTag = (prefix: string, sensor: number): string => `${prefix}/sensor${sensor}`
