import { Option } from 'commander'
import { timeOption } from '../option-values.ts'

/** The options that say of what is read, the same for all commands that read data. */
export interface RangeFlags {
  readonly state?: string
  readonly tag: readonly string[]
  readonly from?: number
  readonly to?: number
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

export const stateOption = (): Option =>
  new Option('--state <dir>', "the gateway's directory (default: the last run's)")

export const rangeOptions = (): readonly Option[] => [
  stateOption(),
  new Option('--tag <filter>', 'a tag, or a filter with + and #; may be repeated')
    .argParser(collect)
    .default([]),
  new Option('--from <time>', 'ISO 8601, inclusive').argParser(timeOption('--from')),
  new Option('--to <time>', 'ISO 8601, exclusive').argParser(timeOption('--to')),
]
