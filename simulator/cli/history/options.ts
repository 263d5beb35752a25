import { Option } from 'commander'
import type { Severity } from '../../../shared/frame/frame.ts'
import { CliError } from '../errors.ts'
import { countOption, durationUsOption, wrongValue } from '../option-values.ts'
import { SEVERITIES } from './format.ts'
import type { HistoryRead } from './question.ts'

/** The options of `genba history` that say what is read. */
export interface ReadFlags {
  readonly quality?: readonly Severity[]
  readonly resolution?: number
  readonly points?: number
  readonly method?: 'm4' | 'lttb'
  readonly last?: true
  readonly gaps?: number
  readonly reduced?: true
}

const POINTS_MIN = 8
const POINTS_MAX = 16_384

export const readOptions = (): readonly Option[] => [
  new Option('--quality <name>', 'samples of this quality alone; may be repeated').argParser(qualityOption),
  new Option(
    '--resolution <duration>',
    'a row for each tag and stretch of time: count, extremes, mean',
  ).argParser(lengthOption('--resolution')),
  new Option(
    '--points <n>',
    'as many points as a display has room for, so that the line looks the same',
  ).argParser(pointsOption),
  new Option('--method <name>', 'how points are chosen (default: m4)').choices(['m4', 'lttb']),
  new Option('--last', 'the newest sample of each tag'),
  new Option('--gaps <duration>', 'stretches longer than this in which no sample came').argParser(
    lengthOption('--gaps'),
  ),
  new Option('--reduced', 'stretches of which samples are gone and only rollups are left'),
]

function qualityOption(text: string, before: readonly Severity[] = []): readonly Severity[] {
  const quality = SEVERITIES.find((each) => each === text)
  if (quality === undefined) throw wrongValue('--quality', SEVERITIES.join(', '), text)
  return [...before, quality]
}

const lengthOption =
  (name: string) =>
  (text: string): number => {
    const us = durationUsOption(name)(text)
    if (us > 0) return us
    throw wrongValue(name, 'a duration above 0', text)
  }

function pointsOption(text: string): number {
  const points = countOption('--points')(text)
  if (points >= POINTS_MIN && points <= POINTS_MAX) return points
  throw wrongValue('--points', `a whole number from ${POINTS_MIN} to ${POINTS_MAX}`, text)
}

/** @throws CliError `GENBA_USAGE` for options that say different things */
export function readOf(flags: ReadFlags): HistoryRead {
  const { quality, resolution, points, method, last, gaps, reduced } = flags
  const given = Object.entries({ quality, resolution, points, last, gaps, reduced }).filter(
    ([, value]) => value !== undefined,
  )
  if (given.length > 1) {
    throw new CliError('GENBA_USAGE', 'these options ask for different things', {
      where: given.map(([name]) => `--${name}`).join(', '),
      expected: 'one of them',
      mend: 'call the command once for each',
    })
  }
  if (method !== undefined && points === undefined) {
    throw new CliError('GENBA_USAGE', '--method says how points are chosen, and none are asked for', {
      where: '--method',
      mend: 'add --points 1000, or leave it out',
    })
  }
  if (resolution !== undefined) return { kind: 'cells', widthUs: resolution }
  if (points !== undefined) return { kind: 'picture', pointsMax: points, method: method ?? 'm4' }
  if (last) return { kind: 'last' }
  if (reduced) return { kind: 'reduced' }
  if (gaps !== undefined) return { kind: 'gaps', longerThanUs: gaps }
  return { kind: 'samples', qualities: quality ?? [] }
}
