/** The object that `genba start --replay … --json` prints: an interface others rely on. */
export interface ReplayReport {
  readonly samples: { read: number; rejected: number; stored: number; duplicates: number; lost: number }
  readonly windows: { emitted: number; revised: number; lateSamples: number }
  readonly alarms: { raised: number; cleared: number }
  readonly summaries: { created: number; received: number; duplicates: number }
  readonly bytes: { rawJson: number; stored: number; sent: number }
  readonly components: readonly {
    name: string
    version: string
    state: string
    restarts: number
    rssBytes: number | null
  }[]
  readonly elapsedMs: number
}

export interface HistoryRow {
  readonly time: string
  readonly tag: string
  readonly value: string
  readonly quality: string
}

/** Reads what `genba history --format csv` prints (no quoting occurs in the tests' data). */
export function parseHistory(csv: string): HistoryRow[] {
  const [header, ...lines] = csv.trimEnd().split('\n')
  if (header !== 'time,tag,value,quality') throw new Error(`unexpected header: ${header}`)
  return lines.map((line) => {
    const [time = '', tag = '', value = '', quality = ''] = line.split(',')
    return { time, tag, value, quality }
  })
}
