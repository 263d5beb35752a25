import * as z from 'zod'
import { isVersion } from '../../nucleus/recipe/version.ts'
import { CliError } from '../errors.ts'
import { wrongValue } from '../option-values.ts'

/** Values of the options of `genba deploy`, as given: `NAME=VERSION`, `NAME:/pointer`, `perMinute=N`. */

export const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
]

/** @returns versions by component name */
export function componentVersions(
  option: string,
  texts: readonly string[] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map((text) => versionOf(option, text)))
}

function versionOf(option: string, text: string): readonly [string, string] {
  const [name = '', version = '', ...rest] = text.split('=')
  if (name === '' || rest.length > 0 || !isVersion(version)) {
    throw wrongValue(option, 'NAME=VERSION, such as genba.Collector=0.2.0', text)
  }
  return [name, version]
}

/** @returns pointers by component name */
export function resets(texts: readonly string[] = []): Readonly<Record<string, readonly string[]>> {
  const all: Record<string, string[]> = {}
  for (const text of texts) {
    const at = text.indexOf(':')
    const [name, pointer] = [text.slice(0, at), text.slice(at + 1)]
    if (at <= 0 || (pointer !== '' && !pointer.startsWith('/'))) {
      throw wrongValue(
        '--reset',
        'NAME:/pointer, such as genba.Processor:/windows; NAME: for everything',
        text,
      )
    }
    all[name] = [...(all[name] ?? []), pointer]
  }
  return all
}

export function perMinuteOption(text: string): number {
  const count = Number(/^perMinute=(\d+)$/.exec(text)?.[1])
  if (Number.isSafeInteger(count) && count >= 1 && count <= 1000) return count
  throw wrongValue('--rollout', 'perMinute=N, N from 1 to 1000', text)
}

const Merges = z.record(z.string(), z.record(z.string(), z.json()))
export type Merges = z.output<typeof Merges>

/** @throws CliError `GENBA_USAGE` */
export function readMerges(where: string, value: unknown): Merges {
  const parsed = Merges.safeParse(value)
  if (parsed.success) return parsed.data
  throw new CliError('GENBA_USAGE', 'a configuration is not what it should be', {
    where: `${where} ${parsed.error.issues[0]?.path.join('.') ?? ''}`.trim(),
    expected: '{ "genba.Processor": { … }, … }',
    received: parsed.error.issues[0]?.message ?? '',
  })
}
