import type { Check, CheckName, EvidenceReport } from '../../../shared/evidence/report.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import { formatCounted } from '../figures.ts'

const CHECKED: Readonly<Record<CheckName, string>> = {
  form: 'the file is whole and in its form',
  signature: 'it is as it was signed',
  'tree-head': 'the tree head is signed',
  inclusion: 'each frame and chunk is in that tree',
  contents: 'each holds the tag in the range, and none twice',
  statement: 'the counts agree with what is there',
  'earlier-heads': 'the tree continues the earlier heads',
}

/** What `genba verify --evidence --json` prints: an interface others rely on. */
export function evidenceJson(report: EvidenceReport): object {
  const { samples, ...rest } = report
  return { v: 1, ...rest, samples: countOf(report) }
}

export function evidenceText(report: EvidenceReport): string {
  return `${[...report.checks.flatMap(checkLines), '', ...foundLines(report)].join('\n')}\n`
}

const checkLines = ({ name, ok, reasons }: Check): readonly string[] => [
  `${ok ? 'ok    ' : 'FAILED'}  ${CHECKED[name]}`,
  ...reasons.map((reason) => `        ${reason}`),
]

function foundLines(report: EvidenceReport): readonly string[] {
  const { ok, question, head, earlierHeads, stated, keyFrom, keyId, pieces, records } = report
  if (!ok || question === undefined || head === undefined || stated === undefined) {
    return ['nothing is proven']
  }
  const chunks = pieces.filter(({ body }) => body === 'chunk').length
  const pieceCounts = `${formatCounted(chunks, 'chunk')} and ${formatCounted(pieces.length - chunks, 'frame')}`
  const lines = [
    `proven: ${formatCounted(countOf(report), 'sample')} of ${question.tag} ${rangeText(question)}, in ${pieceCounts}`,
    `        in the log ${head.log} of ${formatCounted(head.size, 'leaf', 'leaves')}, signed ${formatTimeUs(head.timeUs)}`,
    ...earlierHeads.map(
      ({ size, timeUs }) =>
        `        unchanged since the head of ${size} leaves, signed ${formatTimeUs(timeUs)}`,
    ),
    ...(records.length === 0
      ? []
      : [`        with ${formatCounted(records.length, 'entry', 'entries')} of the audit trail`]),
    `stated: nothing of the tag was left out${leftOut(stated)}`,
    `        law class ${stated.law.class}, revision ${stated.law.revision}`,
  ]
  if (keyFrom === 'outside') return [...lines, `by the key that you gave, ${keyId}`]
  return [
    ...lines,
    `by the key ${keyId} that the file itself names: this proves only that the file is whole and comes from the`,
    'holder of that key. Give the key of the gateway with --key to know whose it is',
  ]
}

const leftOut = ({ unproven, damaged }: { readonly unproven: number; readonly damaged: number }): string => {
  const parts = [
    ...(unproven === 0 ? [] : [`${formatCounted(unproven, 'frame')} from before there were proofs`]),
    ...(damaged === 0 ? [] : [`${damaged} damaged`]),
  ]
  return parts.length === 0 ? '' : `, but ${parts.join(' and ')}`
}

function rangeText({
  fromUs,
  toUs,
}: {
  readonly fromUs: number | null
  readonly toUs: number | null
}): string {
  if (fromUs === null && toUs === null) return 'in all'
  const from = fromUs === null ? '' : `from ${formatTimeUs(fromUs)}`
  const to = toUs === null ? '' : `before ${formatTimeUs(toUs)}`
  return `${from} ${to}`.trim()
}

export const countOf = ({ samples }: EvidenceReport): number =>
  samples.reduce((count, { timesUs }) => count + timesUs.length, 0)
