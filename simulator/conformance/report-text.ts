import type { ConformanceReport } from './conformance.ts'
import type { Difference } from './replay.ts'

/** What came out, for people: what has no reason first, then what has one, then the totals. */
export function describeConformance({ steps, explained, unexplained, gone }: ConformanceReport): string {
  const lines = [
    ...unexplained.flatMap((difference) => describe('DIFFERS', difference)),
    ...explained.flatMap((difference) => [
      ...describe('known', difference),
      `  reason      ${difference.reason}`,
    ]),
    ...gone.map(({ recording, step, reason }) => `gone     ${recording}: ${step}\n  reason      ${reason}`),
    `${steps} steps, ${unexplained.length} differ without a reason, ${explained.length} with one`,
  ]
  return `${lines.join('\n')}\n`
}

function describe(kind: string, { recording, step, missing, unexpected }: Difference): string[] {
  return [
    `${kind.padEnd(8)} ${recording}: ${step}`,
    ...missing.map((line) => `  recorded    ${line}`),
    ...unexpected.map((line) => `  here        ${line}`),
    ...(unexpected.length === 0 ? ['  here        nothing'] : []),
  ]
}
