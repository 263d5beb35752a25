import {
  type Body,
  countToday,
  createBody,
  type MachineKind,
  type Moment,
  rounded,
  stateOf,
} from '../machine.ts'

/** A hydraulic press: one stroke every four seconds, force and current follow the stroke. */
const STROKE_S = 4

export const createPress: MachineKind = (name, seed) => {
  const body = createBody(seed)
  return {
    name,
    signals: [
      { name: 'temperature', kind: 'number', at: (moment) => rounded(temperature(body, moment), 2) },
      { name: 'vibration', kind: 'number', at: (moment) => rounded(vibration(body, moment), 3) },
      { name: 'current', kind: 'number', at: (moment) => rounded(current(body, moment), 2) },
      { name: 'force', kind: 'number', at: (moment) => rounded(force(body, moment), 1) },
      { name: 'strokes', kind: 'number', at: (moment) => countToday(moment, STROKE_S) },
      { name: 'running', kind: 'boolean', at: (moment) => body.isRunning(moment) },
      { name: 'state', kind: 'text', at: (moment) => stateOf(moment, body.isRunning(moment)) },
    ],
  }
}

/** 0 open, 1 at the bottom. */
function stroke({ seconds }: Moment): number {
  return Math.max(0, Math.sin((2 * Math.PI * seconds) / STROKE_S)) ** 3
}

function temperature(body: Body, moment: Moment): number {
  const { wear, faults } = moment
  const heat = (faults.overheat ?? 0) * 38 + (faults.bearing ?? 0) * 9
  return (
    24 +
    30 * body.warmth(moment) +
    6 * wear +
    heat +
    1.5 * body.drift('t', moment, 600) +
    0.1 * body.hiss('t', moment)
  )
}

function vibration(body: Body, moment: Moment): number {
  if (!body.isRunning(moment)) return 0.05 + 0.02 * Math.abs(body.hiss('v', moment))
  const { wear, faults } = moment
  return (
    (1.2 + 1.6 * wear + 5 * (faults.bearing ?? 0)) *
    (0.6 + 0.4 * stroke(moment) + 0.15 * body.hiss('v', moment))
  )
}

function current(body: Body, moment: Moment): number {
  if (moment.faults.stall !== undefined) return 92 + 2 * body.hiss('i', moment)
  if (!body.isRunning(moment)) return 1.8 + 0.05 * body.hiss('i', moment)
  return 14 + 26 * stroke(moment) + 2 * moment.wear + 0.4 * body.hiss('i', moment)
}

function force(body: Body, moment: Moment): number {
  return body.isRunning(moment) ? 850 * stroke(moment) + 2 * body.hiss('f', moment) : 0
}
