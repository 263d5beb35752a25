import * as z from 'zod'
import { describeError, GenbaError } from '../../../shared/errors/genba-error.ts'
import type { Case } from './case-file.ts'
import type { CaseOutcome } from './check.ts'
import { CHECKS } from './checks.ts'

export interface Failure {
  readonly id: string
  readonly expected: unknown
  readonly actual: unknown
}

export interface ConformReport {
  readonly passed: number
  readonly failed: number
  readonly failures: readonly Failure[]
}

/** Runs all cases in order; `onCase` hears how many are done. A case that cannot be run has failed. */
export function runCases(cases: readonly Case[], onCase: (done: number) => void): ConformReport {
  const failures: Failure[] = []
  for (const [index, one] of cases.entries()) {
    const outcome = runCase(one)
    if (!outcome.passed) failures.push({ id: one.id, expected: outcome.expected, actual: outcome.actual })
    onCase(index + 1)
  }
  return { passed: cases.length - failures.length, failed: failures.length, failures }
}

function runCase({ kind, line, value, text }: Case): CaseOutcome {
  const check = CHECKS[kind]
  if (check === undefined) throw new Error(`no check for cases of kind ${kind}`)
  try {
    return check(value, text)
  } catch (error) {
    const expected: unknown = Reflect.get(Object(value), 'expect') ?? null
    return { passed: false, expected, actual: { error: `line ${line}: ${reasonOf(error)}` } }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `no such case\n${z.prettifyError(error)}`
  if (error instanceof GenbaError) return describeError(error)
  // A fault of ours: the trace says where, and the other cases still run.
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
