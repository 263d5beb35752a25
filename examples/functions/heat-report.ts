// Next to your own copy of the types this is './genba-function.ts'.
import type { Handler } from '../../shared/function/author.ts'

/** What the rule gives: SELECT tag, value, timeUs FROM … */
interface Reading {
  readonly tag: string
  readonly value: number
}

interface Report {
  readonly machine: string
  readonly text: string
}

const LIMIT_CELSIUS = 80

/** Turns a reading into a line for the shift book; nothing for a machine that is cool enough. */
export const handler: Handler<Reading, Report | undefined> = async ({ tag, value }, { log }) => {
  const machine = tag.split('/').slice(0, -1).join('/')
  if (machine === '') throw new Error(`${tag} names no machine`)
  if (value <= LIMIT_CELSIUS) return undefined
  log.info(`${machine} is at ${value} °C`)
  return { machine, text: `${machine}: ${(value - LIMIT_CELSIUS).toFixed(1)} °C over its limit` }
}
