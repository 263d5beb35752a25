import * as z from 'zod'
import type { JsonObject } from '../../shared/bytes/json.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { parseDurationUs } from '../../shared/time/duration.ts'
import { parseTimeUs } from '../../shared/time/iso.ts'
import { type Configurations, componentNames, type Installation } from './deployments.ts'
import { CliError } from './errors.ts'
import { readYaml } from './yaml-file.ts'

/** Values of options, checked before anything starts. All throw `GENBA_USAGE` or `GENBA_INPUT_UNREADABLE`. */

export const wrongValue = (where: string, expected: string, received: string): CliError =>
  new CliError('GENBA_USAGE', `${where} has a value that cannot be`, { where, expected, received })

export const timeOption =
  (name: string) =>
  (text: string): number => {
    const timeUs = parseTimeUs(text)
    if (timeUs === undefined)
      throw wrongValue(name, 'a time such as 2026-03-01 or 2026-03-01T08:30:00Z', text)
    return timeUs
  }

export function durationOption(name: string): (text: string) => string {
  return (text) => {
    try {
      parseDurationUs(text)
      return text
    } catch (error) {
      if (!(error instanceof GenbaError)) throw error
      throw new CliError(
        'GENBA_USAGE',
        error.message,
        ...error.issues.map((issue) => ({ where: name, ...issue })),
      )
    }
  }
}

/** `max`, or how many seconds of the file pass in one. */
export function speedOption(text: string): 'max' | number {
  if (text === 'max') return text
  const speed = Number(text)
  if (text.trim() !== '' && Number.isFinite(speed) && speed > 0) return speed
  throw wrongValue('--speed', 'max, or a number above 0 (1 is real time)', text)
}

export const countOption =
  (name: string) =>
  (text: string): number => {
    const count = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count
    throw wrongValue(name, 'a whole number', text)
  }

/** A share, from 0 to 1. */
export const shareOption =
  (name: string) =>
  (text: string): number => {
    const [, digits, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
    const share = sign === '%' ? Number(digits) / 100 : Number(digits)
    if (share >= 0 && share <= 1) return share
    throw wrongValue(name, 'a share such as 0.1 or 10%', text)
  }

export const patternOption =
  (name: string, pattern: RegExp, expected: string) =>
  (text: string): string => {
    if (pattern.test(text)) return text
    throw wrongValue(name, expected, text)
  }

/** A duration, in microseconds. */
export const durationUsOption =
  (name: string) =>
  (text: string): number =>
    parseDurationUs(durationOption(name)(text))

const ConfigFile = z.record(z.string(), z.record(z.string(), z.json()))

/** A file in YAML or JSON with the configuration of some components by name. */
export function readConfigFile(path: string, installation: Pick<Installation, 'recipes'>): Configurations {
  const parsed = ConfigFile.safeParse(readOption(path))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new CliError('GENBA_USAGE', 'the configuration file is not what it should be', {
      where: `${path} ${issue?.path.join('.') ?? ''}`.trim(),
      expected: '{ "genba.Processor": { … }, … }',
      received: issue?.message ?? '',
    })
  }
  const names = componentNames(installation)
  const unknown = Object.keys(parsed.data).find((name) => !names.includes(name))
  if (unknown === undefined) return parsed.data as Readonly<Record<string, JsonObject>>
  throw new CliError(
    'GENBA_COMPONENT_UNKNOWN',
    'the configuration file names a component that does not exist',
    {
      where: path,
      expected: names.join(', '),
      received: unknown,
    },
  )
}

/** What is wrong with a file that an option names is wrong usage. */
function readOption(path: string): unknown {
  try {
    return readYaml(path)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    const code = error.code === 'GENBA_FILE_INVALID' ? 'GENBA_USAGE' : 'GENBA_INPUT_UNREADABLE'
    throw new CliError(code, error.message, ...error.issues)
  }
}

/** A file's settings over the command's own, key by key of each component. */
export function mergeConfigurations(own: Configurations, file: Configurations): Configurations {
  const names = [...new Set([...Object.keys(own), ...Object.keys(file)])]
  return Object.fromEntries(names.map((name) => [name, { ...own[name], ...file[name] }]))
}
