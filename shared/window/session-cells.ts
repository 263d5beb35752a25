import * as z from 'zod'
import type { AggregatePlan } from '../aggregate/plan.ts'
import type { Cell } from '../checkpoint/cell.ts'
import { Instant, readInstant, writeInstant } from '../checkpoint/instant.ts'
import type { CarryIn } from './answers.ts'
import { HEAD_CELL } from './keyed-windows.ts'
import { newSession, type Session } from './session-list.ts'

/** What sessions of one key know besides the sessions. */
export interface SessionHead {
  /** Sessions that end here or earlier are final, whatever the watermark says. */
  closedUs: number
  /** Sessions that could hold samples which passed unseen begin before this. */
  wholeFromUs: number
  /** The latest good sample of the sessions that are gone, where anything asks for it. */
  carry: CarryIn | undefined
  isRetired: boolean
  /** Where the next early answers are due. */
  earlyUs: number
  /** Samples before this are in their sessions, where sessions are cut. */
  appliedUs: number
}

const SESSION_PREFIX = 'w'

/** [closed up to, whole from, carried time and value, is retired, early answers from, applied up to] */
const HeadText = z.tuple([
  Instant,
  Instant,
  z.tuple([z.number(), z.union([z.number(), z.boolean(), z.string()])]).nullable(),
  z.boolean(),
  Instant,
  Instant,
])

/** [last sample, end, revision, end of the last answer, is answered, is dirty, flush at, fresh, accumulator] */
const SessionText = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.boolean(),
  z.boolean(),
  Instant,
  z.number(),
  z.unknown(),
])

export const sessionKey = ({ startUs }: Session): string => `${SESSION_PREFIX}${startUs}`

export const sessionText = (session: Session): string =>
  JSON.stringify([
    session.lastUs,
    session.endUs,
    session.revision,
    session.saidEndUs,
    session.isAnswered,
    session.isDirty,
    writeInstant(session.flushAtUs),
    session.fresh,
    session.accumulator.write(),
  ] satisfies z.input<typeof SessionText>)

export function headCell({ closedUs, wholeFromUs, carry, isRetired, earlyUs, appliedUs }: SessionHead): Cell {
  const text: z.input<typeof HeadText> = [
    writeInstant(closedUs),
    writeInstant(wholeFromUs),
    carry === undefined ? null : [carry.timeUs, carry.value],
    isRetired,
    writeInstant(earlyUs),
    writeInstant(appliedUs),
  ]
  return { key: HEAD_CELL, text: JSON.stringify(text) }
}

/** Takes over the head, and gives the sessions by time. @throws ZodError for what `takeCells` does not give */
export function readSessions(cells: readonly Cell[], head: SessionHead, plan: AggregatePlan): Session[] {
  const sessions: Session[] = []
  for (const { key, text } of cells) {
    if (text === undefined) continue
    if (key === HEAD_CELL) readHead(text, head)
    else if (key.startsWith(SESSION_PREFIX)) {
      sessions.push(readSession(Number(key.slice(SESSION_PREFIX.length)), text, plan))
    }
  }
  return sessions.sort((a, b) => a.startUs - b.startUs)
}

function readHead(text: string, head: SessionHead): void {
  const [closed, wholeFrom, carry, isRetired, early, applied] = HeadText.parse(JSON.parse(text))
  head.closedUs = readInstant(closed)
  head.wholeFromUs = readInstant(wholeFrom)
  head.carry = carry === null ? undefined : { timeUs: carry[0], value: carry[1] }
  head.isRetired = isRetired
  head.earlyUs = readInstant(early)
  head.appliedUs = readInstant(applied)
}

function readSession(startUs: number, text: string, plan: AggregatePlan): Session {
  const [lastUs, endUs, revision, saidEndUs, isAnswered, isDirty, flushAt, fresh, saved] = SessionText.parse(
    JSON.parse(text),
  )
  return {
    ...newSession(startUs, endUs, plan.read(saved)),
    lastUs,
    revision,
    saidEndUs,
    isAnswered,
    isDirty,
    flushAtUs: readInstant(flushAt),
    fresh,
    isSaved: true,
  }
}
