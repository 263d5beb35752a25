import { mkdirSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { Command, Option } from 'commander'
import type { Log } from '../../../shared/component/host.ts'
import { DELIMITERS, type Delimiter } from '../../../shared/csv/fields.ts'
import { checkCsv } from '../../../shared/csv/source.ts'
import { tagPrefixOf } from '../../../shared/csv/tag-prefix.ts'
import { FRAME_BYTES_MAX, PRODUCER_BYTES_MAX } from '../../../shared/frame/limits.ts'
import { gatewayFiles } from '../../../shared/greengrass/files.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import type { Clock } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { formatBytes, formatCount } from '../figures.ts'
import { durationUsOption, wrongValue } from '../option-values.ts'
import type { Output } from '../output.ts'
import { importParquet, openParquet, type ParquetOptions } from '../parquet/import.ts'
import { createProgress } from '../progress.ts'
import { faultOf } from '../replay-sources.ts'
import { stateDirectory } from '../state-directory.ts'
import { directoryBytes } from '../store/directory-size.ts'
import { type ImportFile, type ImportProgress, importCsv } from '../store/import.ts'
import { asImportError } from '../store/import-errors.ts'
import { type ImportReport, renderImportReport } from '../store/import-report.ts'
import { withOwnState } from '../store/owner.ts'
import { sealStore } from '../store/seal.ts'
import { withStoppedJournal } from '../store/stopped.ts'

interface ImportFlags {
  readonly state: string
  readonly prefix?: string
  readonly delimiter?: Delimiter
  readonly timeColumn?: string
  readonly tagColumn?: string
  readonly dateOrder?: 'dmy' | 'mdy'
  readonly column?: readonly string[]
  readonly lead: number
  readonly json?: true
}

const NOTES = `
Examples:
  genba store import press.csv --state hall-2 --prefix hall2/press
  genba store import export.csv --state hall-2 --delimiter ';' --date-order dmy --column temperature
  genba store import line1.parquet --state hall-2

Reads the file as a CSV source of the collector does: delimiter, time column and kinds are found out from its first
lines, broken lines are counted and listed. Each row is stored once: run again after a crash it goes on, and run twice
it adds nothing; a file that has grown since is read on. The file is known by its name, so another one needs another
name. The gateway has to be stopped. Everything in its store is sealed at the end: no windows and alarms come of what is
imported, nor of what it had not processed when it stopped.

A file that ends in .parquet is read as Parquet: the first column of timestamps, or the one that --time-column names; a
column of texts called tag, or --tag-column, names the tag of each row, otherwise each column of numbers, booleans or
texts is a tag. What genba history wrote comes back exactly, with its qualities.`

export function storeImportCommand({ output }: Context): Command {
  return new Command('import')
    .description('read a CSV or Parquet file into the store of a stopped gateway, or of a new one')
    .argument('<file>', 'CSV or Parquet, with a column of times')
    .requiredOption('--state <dir>', "the gateway's directory, or a new one")
    .option('--prefix <tag>', 'tags are PREFIX/COLUMN (default: the name of the file)', prefixOption)
    .addOption(new Option('--delimiter <char>', 'between fields; tab is one, too').argParser(delimiterOption))
    .option('--time-column <name>', 'in the header, or its number from 1')
    .option('--tag-column <name>', 'Parquet: the column with the tag of each row (default: tag)')
    .addOption(new Option('--date-order <order>', 'of 03/04/2026').choices(['dmy', 'mdy']))
    .option('--column <name>', 'a value column to read (default: all); may be repeated', collect)
    .addOption(
      new Option('--lead <duration>', 'a row so much ahead of its neighbours is quarantined')
        .argParser(durationUsOption('--lead'))
        .default(DAY_US, '1d'),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', NOTES)
    .action((path: string, flags: ImportFlags) =>
      runImport(output, path, flags).catch((error) => {
        throw asImportError(error)
      }),
    )
}

const DAY_US = 86_400_000_000

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

function prefixOption(text: string): string {
  if (/^[^+#\p{Cc}]{1,200}$/u.test(text)) return text
  throw wrongValue(
    '--prefix',
    'a path such as line1/press3, without + and #, of at most 200 characters',
    text,
  )
}

function delimiterOption(text: string): Delimiter {
  const delimiter = DELIMITERS.find((each) => each === (text === 'tab' || text === '\\t' ? '\t' : text))
  if (delimiter !== undefined) return delimiter
  throw wrongValue('--delimiter', "',', ';', '|' or tab", text)
}

async function runImport(output: Output, path: string, flags: ImportFlags): Promise<void> {
  const startMs = performance.now()
  const producer = producerOf(path)
  const isParquet = path.endsWith('.parquet')
  const file = fileOf(path, flags)
  const options = parquetOf(file, flags)
  if (isParquet) await openParquet(options)
  else await checkCsv({ ...file, speed: 'max', outOfOrderUs: 0 }, gatewayFiles)
  const state = stateDirectory(flags.state)
  const fileBytes = statSync(path).size
  const progress = createProgress(output)
  const onProgress = (at: ImportProgress) => progress.show(() => describe(at, fileBytes))
  const onSealed = (samples: number) => progress.show(() => `import: ${formatCount(samples)} samples sealed`)
  const importTo = (journal: Journal) => {
    const common = { journal, producer, clock, onProgress }
    if (isParquet) return importParquet({ ...common, options })
    return importCsv({ ...common, file, files: gatewayFiles, log: logTo(output) })
  }
  const figures = await withOwnState(state, 'a file is being imported', async () => {
    mkdirSync(state.historianStore, { recursive: true })
    try {
      const stored = await withStoppedJournal(state, importTo)
      await withStoppedJournal(state, (journal) => sealStore(journal, onSealed))
      return stored
    } finally {
      progress.end()
    }
  })
  const seconds = (performance.now() - startMs) / 1000
  const report: ImportReport = {
    v: 1,
    state: state.path,
    file: file.path,
    producer,
    ...figures,
    seconds: Math.round(seconds * 1000) / 1000,
    samplesPerSecond: Math.round(figures.stored / seconds),
    bytes: { file: fileBytes, store: directoryBytes(state.historianStore) },
  }
  await (flags.json ? output.json(report) : output.data(renderImportReport(report)))
}

/** @throws CliError `GENBA_INPUT_UNREADABLE` */
function fileOf(
  path: string,
  { prefix, delimiter, timeColumn, dateOrder, column, lead }: ImportFlags,
): ImportFile {
  const fault = faultOf(path)
  if (fault !== undefined) {
    const issue = { where: path, expected: 'a readable file', received: fault }
    throw new CliError('GENBA_INPUT_UNREADABLE', 'the file to import cannot be read', issue)
  }
  return {
    path: resolve(path),
    tagPrefix: prefix ?? tagPrefixOf(path),
    delimiter,
    timeColumn,
    dateOrder,
    columns: column,
    leadUs: lead,
    frameBytesMax: FRAME_BYTES_MAX,
  }
}

const parquetOf = (file: ImportFile, { prefix, tagColumn }: ImportFlags): ParquetOptions => ({
  path: file.path,
  timeColumn: file.timeColumn,
  tagColumn,
  columns: file.columns,
  prefix,
  defaultPrefix: file.tagPrefix,
  frameBytesMax: file.frameBytesMax,
})

/** By the name of the file the store knows what it has of it. */
function producerOf(path: string): string {
  const producer = `genba.Import/${basename(path)}`
  const bytes = Buffer.byteLength(producer)
  if (bytes <= PRODUCER_BYTES_MAX) return producer
  throw new CliError('GENBA_USAGE', 'the name of the file is too long to be kept with its samples', {
    where: path,
    expected: `at most ${PRODUCER_BYTES_MAX - (bytes - Buffer.byteLength(basename(path)))} bytes`,
    received: `${Buffer.byteLength(basename(path))} bytes`,
    mend: 'import it by a link with a shorter name, and by the same again',
  })
}

function describe({ readBytes, samplesStored }: ImportProgress, fileBytes: number): string {
  const percent = Math.min(100, Math.floor((100 * readBytes()) / Math.max(1, fileBytes)))
  return `import: ${percent} % of ${formatBytes(fileBytes)} read, ${formatCount(samplesStored)} samples stored`
}

const clock: Clock = { wallUs: () => Date.now() * 1000, monotonicMs: () => performance.now() }

/** What a source has to say is for whoever waits for it; it names the options of a configuration. */
function logTo(output: Output): Log {
  const say = (fields: Readonly<Record<string, unknown>>, message: string): void =>
    output.note(`genba: ${message.replace('dateOrder', '--date-order')} ${JSON.stringify(fields)}`)
  return { debug: () => {}, info: () => {}, warn: say, error: say }
}
