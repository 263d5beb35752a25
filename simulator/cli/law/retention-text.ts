import * as z from 'zod'
import { formatTimeUs } from '../../../shared/time/time.ts'
import { formatBytes, formatCount, formatCounted } from '../figures.ts'
import { formatTable } from '../table.ts'

/** What a run of retention did, as it is told. */
export const RetentionAnswer = z.object({
  erased: z.object({ pieces: z.number(), samples: z.number(), bytes: z.number(), records: z.number() }),
  kept: z.array(
    z.object({
      tag: z.string(),
      fromUs: z.number(),
      toUs: z.number(),
      reason: z.string(),
      untilUs: z.number().nullable(),
    }),
  ),
  keptCount: z.number(),
})

export function renderRetention({ erased, kept, keptCount }: z.output<typeof RetentionAnswer>): string {
  const { samples, pieces, bytes, records } = erased
  const lines = [
    pieces + records === 0
      ? 'nothing had to go\n'
      : `erased ${formatCounted(samples, 'sample')} in ${formatCounted(pieces, 'piece')}, ${formatBytes(bytes)}; ${formatCounted(records, 'record')}\n`,
  ]
  if (keptCount === 0) return lines.join('')
  const rows = kept.map(({ tag, fromUs, toUs, reason, untilUs }) => [
    tag,
    formatTimeUs(fromUs),
    formatTimeUs(toUs),
    untilUs === null ? '' : formatTimeUs(untilUs),
    reason,
  ])
  lines.push(`${formatCount(keptCount)} that would have to go must stay:\n`)
  lines.push(formatTable(['tag', 'from', 'to', 'until', 'because'], rows))
  return lines.join('')
}
