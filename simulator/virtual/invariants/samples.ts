import { Producer } from '../../../shared/contract/producers.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import { type Evidence, type Violation, violation } from '../evidence.ts'
import { type PlainSample, samplesOf, sampleText } from '../frame-content.ts'
import type { LiveMachine } from '../workload/live-machine.ts'
import type { MachineFile } from '../workload/machine-file.ts'
import { checkLiveTag, type LiveRules } from './live-samples.ts'

const FILES = 'every row of a file is stored exactly once'
const LIVE =
  'a live sample is stored once; what a killed collector had not handed over may be missing, and the next sample says so'
const UNKNOWN = 'nothing is stored that no source gave'

/** Every sample of the journal by source and tag, in log order: two sources may feed one tag. */
type Stored = ReadonlyMap<string, readonly PlainSample[]>

export function checkSamples(
  evidence: Pick<Evidence, 'journal' | 'files' | 'machines' | 'live'>,
): Violation[] {
  const stored = storedSamples(evidence)
  const known = new Set<string>()
  const found = [
    ...evidence.files.flatMap((file) => checkFile(file, stored, known)),
    ...evidence.machines.flatMap((machine) => checkMachine(machine, { stored, known, rules: evidence.live })),
  ]
  const unknown = [...stored.keys()].filter((tag) => !known.has(tag))
  return unknown.length === 0 ? found : [...found, violation(UNKNOWN, 'tags of no source', unknown)]
}

function storedSamples({ journal }: Pick<Evidence, 'journal'>): Stored {
  const stored = new Map<string, PlainSample[]>()
  for (const { frame } of journal) {
    // What rules derive is compared with a recomputation (`replay.ts`).
    if (frame.body !== 'samples' || frame.header.producer === Producer.records) continue
    for (const column of frame.columns) {
      const key = `${frame.header.producer} ${column.tag}`
      const samples = stored.get(key) ?? []
      stored.set(key, samples)
      for (const sample of samplesOf(column)) samples.push(sample)
    }
  }
  return stored
}

/** The collector names a producer after its source. */
const keyOf = (source: string, tag: string): string => `genba.Collector/${source} ${tag}`

/** Only what lies years ahead is marked so, and every such row is. */
const expectedText = (timeUs: number, value: number, isFarAhead: boolean): string =>
  sampleText({ timeUs, value, quality: 0 }) + (isFarAhead ? ' quarantined' : '')

const storedText = (sample: PlainSample): string =>
  sampleText(sample) + ((sample.quality & Quality.quarantined) === 0 ? '' : ' quarantined')

function checkFile(file: MachineFile, stored: Stored, known: Set<string>): Violation[] {
  const stem = file.path.replace(/^.*\//, '').replace(/\.csv$/, '')
  const found: string[] = []
  for (const [index, column] of file.columns.entries()) {
    const tag = `${stem}/${column}`
    const key = keyOf(stem, tag)
    known.add(key)
    const given = file.rows.map((row) => expectedText(row.timeUs, row.values[index] ?? 0, row.isFarAhead))
    found.push(...differences(given, (stored.get(key) ?? []).map(storedText), tag))
  }
  return found.length === 0 ? [] : [violation(FILES, `${file.path}: ${found.length} differences`, found)]
}

function differences(given: readonly string[], stored: readonly string[], tag: string): string[] {
  const balance = new Map<string, number>()
  for (const text of given) balance.set(text, (balance.get(text) ?? 0) + 1)
  for (const text of stored) balance.set(text, (balance.get(text) ?? 0) - 1)
  return [...balance]
    .filter(([, count]) => count !== 0)
    .map(([text, count]) => `${tag} ${text}: ${count > 0 ? `${count} missing` : `${-count} too many`}`)
}

function checkMachine(
  machine: LiveMachine,
  context: { readonly stored: Stored; readonly known: Set<string>; readonly rules: LiveRules },
): Violation[] {
  const tags = new Set(machine.openings.flatMap(({ samples }) => [...samples.keys()]))
  const found: string[] = []
  for (const tag of tags) {
    const key = keyOf(machine.name, tag)
    context.known.add(key)
    found.push(...checkLiveTag(machine, tag, context.stored.get(key) ?? [], context.rules))
  }
  return found.length === 0 ? [] : [violation(LIVE, `${machine.name}: ${found.length} differences`, found)]
}
