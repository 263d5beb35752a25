import {
  type Body,
  countToday,
  createBody,
  type MachineKind,
  type Moment,
  rounded,
  stateOf,
} from '../machine.ts'

/** An air compressor: it loads and unloads between two pressures, about every minute and a half. */
const CYCLE_S = 90
const LOADED_SHARE = 0.6

export const createCompressor: MachineKind = (name, seed) => {
  const body = createBody(seed)
  return {
    name,
    signals: [
      { name: 'temperature', kind: 'number', at: (moment) => rounded(temperature(body, moment), 2) },
      { name: 'vibration', kind: 'number', at: (moment) => rounded(vibration(body, moment), 3) },
      { name: 'current', kind: 'number', at: (moment) => rounded(current(body, moment), 2) },
      { name: 'pressure', kind: 'number', at: (moment) => rounded(pressure(body, moment), 3) },
      { name: 'cycles', kind: 'number', at: (moment) => countToday(moment, CYCLE_S) },
      { name: 'loaded', kind: 'boolean', at: (moment) => isLoaded(body, moment) },
      { name: 'running', kind: 'boolean', at: (moment) => body.isRunning(moment) },
      { name: 'state', kind: 'text', at: (moment) => stateOf(moment, body.isRunning(moment)) },
    ],
  }
}

const cycleShare = ({ seconds }: Moment): number => (seconds / CYCLE_S) % 1

function isLoaded(body: Body, moment: Moment): boolean {
  return body.isRunning(moment) && cycleShare(moment) < LOADED_SHARE
}

function temperature(body: Body, moment: Moment): number {
  const { wear, faults } = moment
  const heat = (faults.overheat ?? 0) * 42 + (faults.bearing ?? 0) * 12
  const load = 3 * Math.sin(2 * Math.PI * cycleShare(moment))
  return (
    26 +
    44 * body.warmth(moment) +
    load +
    7 * wear +
    heat +
    1.2 * body.drift('t', moment, 700) +
    0.1 * body.hiss('t', moment)
  )
}

function vibration(body: Body, moment: Moment): number {
  if (!body.isRunning(moment)) return 0.06 + 0.02 * Math.abs(body.hiss('v', moment))
  const { wear, faults } = moment
  const load = isLoaded(body, moment) ? 1 : 0.6
  return (2.4 + 2.2 * wear + 7 * (faults.bearing ?? 0)) * load * (1 + 0.15 * body.hiss('v', moment))
}

function current(body: Body, moment: Moment): number {
  if (moment.faults.stall !== undefined) return 118 + 3 * body.hiss('i', moment)
  if (!body.isRunning(moment)) return 0.6 + 0.03 * body.hiss('i', moment)
  return (isLoaded(body, moment) ? 38 : 16) + 2.5 * moment.wear + 0.5 * body.hiss('i', moment)
}

function pressure(body: Body, moment: Moment): number {
  const share = cycleShare(moment)
  const swing = share < LOADED_SHARE ? share / LOADED_SHARE : (1 - share) / (1 - LOADED_SHARE)
  return 6.6 + 1.1 * swing - 0.3 * moment.wear + 0.03 * body.hiss('p', moment)
}
