import {
  type Body,
  countToday,
  createBody,
  type MachineKind,
  type Moment,
  rounded,
  stateOf,
} from '../machine.ts'

/** A belt that carries a part every two seconds. */
const PART_S = 2

export const createConveyor: MachineKind = (name, seed) => {
  const body = createBody(seed)
  return {
    name,
    signals: [
      { name: 'temperature', kind: 'number', at: (moment) => rounded(temperature(body, moment), 2) },
      { name: 'vibration', kind: 'number', at: (moment) => rounded(vibration(body, moment), 3) },
      { name: 'current', kind: 'number', at: (moment) => rounded(current(body, moment), 2) },
      { name: 'speed', kind: 'number', at: (moment) => rounded(speed(body, moment), 3) },
      { name: 'parts', kind: 'number', at: (moment) => countToday(moment, PART_S) },
      { name: 'part-present', kind: 'boolean', at: (moment) => isPartPresent(body, moment) },
      { name: 'running', kind: 'boolean', at: (moment) => body.isRunning(moment) },
      { name: 'state', kind: 'text', at: (moment) => stateOf(moment, body.isRunning(moment)) },
    ],
  }
}

const isPartPresent = (body: Body, moment: Moment): boolean =>
  body.isRunning(moment) && (moment.seconds / PART_S) % 1 < 0.3

function temperature(body: Body, moment: Moment): number {
  const { wear, faults } = moment
  const heat = (faults.overheat ?? 0) * 30 + (faults.bearing ?? 0) * 11
  return (
    21 +
    14 * body.warmth(moment) +
    4 * wear +
    heat +
    0.8 * body.drift('t', moment, 800) +
    0.06 * body.hiss('t', moment)
  )
}

function vibration(body: Body, moment: Moment): number {
  if (!body.isRunning(moment)) return 0.03 + 0.01 * Math.abs(body.hiss('v', moment))
  const { wear, faults } = moment
  return (0.7 + 1.2 * wear + 4 * (faults.bearing ?? 0)) * (1 + 0.25 * body.hiss('v', moment))
}

function current(body: Body, moment: Moment): number {
  if (moment.faults.stall !== undefined) return 17 + 0.5 * body.hiss('i', moment)
  if (!body.isRunning(moment)) return 0.2 + 0.01 * body.hiss('i', moment)
  return 4.1 + 0.7 * moment.wear + 0.5 * body.drift('i', moment, 30) + 0.05 * body.hiss('i', moment)
}

function speed(body: Body, moment: Moment): number {
  return body.isRunning(moment) ? 0.75 + 0.01 * body.drift('s', moment, 20) : 0
}
