import { type Body, createBody, type MachineKind, type Moment, rounded, stateOf } from '../machine.ts'

/** A coolant pump: it runs evenly, and wear shows as less flow for more current. */
export const createPump: MachineKind = (name, seed) => {
  const body = createBody(seed)
  return {
    name,
    signals: [
      { name: 'temperature', kind: 'number', at: (moment) => rounded(temperature(body, moment), 2) },
      { name: 'vibration', kind: 'number', at: (moment) => rounded(vibration(body, moment), 3) },
      { name: 'current', kind: 'number', at: (moment) => rounded(current(body, moment), 2) },
      { name: 'pressure', kind: 'number', at: (moment) => rounded(pressure(body, moment), 3) },
      { name: 'flow', kind: 'number', at: (moment) => rounded(flow(body, moment), 2) },
      { name: 'running', kind: 'boolean', at: (moment) => body.isRunning(moment) },
      { name: 'state', kind: 'text', at: (moment) => stateOf(moment, body.isRunning(moment)) },
    ],
  }
}

function temperature(body: Body, moment: Moment): number {
  const { wear, faults } = moment
  const heat = (faults.overheat ?? 0) * 35 + (faults.bearing ?? 0) * 14
  return (
    22 +
    26 * body.warmth(moment) +
    5 * wear +
    heat +
    body.drift('t', moment, 900) +
    0.08 * body.hiss('t', moment)
  )
}

function vibration(body: Body, moment: Moment): number {
  if (!body.isRunning(moment)) return 0.04 + 0.01 * Math.abs(body.hiss('v', moment))
  const { wear, faults } = moment
  return (0.9 + 2 * wear + 6 * (faults.bearing ?? 0)) * (1 + 0.2 * body.hiss('v', moment))
}

function current(body: Body, moment: Moment): number {
  if (moment.faults.stall !== undefined) return 41 + body.hiss('i', moment)
  if (!body.isRunning(moment)) return 0.4 + 0.02 * body.hiss('i', moment)
  return 9.5 + 1.8 * moment.wear + 0.6 * body.drift('i', moment, 120) + 0.1 * body.hiss('i', moment)
}

function pressure(body: Body, moment: Moment): number {
  if (!body.isRunning(moment)) return 1.013
  return 4.2 - 0.5 * moment.wear + 0.15 * body.drift('p', moment, 60) + 0.02 * body.hiss('p', moment)
}

function flow(body: Body, moment: Moment): number {
  if (!body.isRunning(moment)) return 0
  return 62 - 9 * moment.wear + 3 * body.drift('q', moment, 90) + 0.3 * body.hiss('q', moment)
}
