import * as z from 'zod'
import type { Json } from '../../../shared/bytes/json.ts'
import type { ConfiguredValue } from '../../nucleus/core-device.ts'
import { askRunningGateway } from '../control-client.ts'
import type { StateDirectory } from '../state-directory.ts'
import { formatTable } from '../table.ts'

const Values = z.array(
  z.object({
    path: z.array(z.string()),
    value: z.json(),
    timeMs: z.number(),
    origin: z.object({
      kind: z.enum(['default', 'deployment', 'update', 'reset']),
      detail: z.string(),
    }),
  }),
)

export const readConfiguration = async (
  state: StateDirectory,
  component: string,
): Promise<readonly ConfiguredValue[]> =>
  Values.parse(await askRunningGateway(state, 'GET', '/configuration', { component }))

/** Values by path as one tree. */
export function unfold(values: readonly Pick<ConfiguredValue, 'path' | 'value'>[]): Json {
  const [only] = values
  if (only?.path.length === 0) return only.value
  const keys = [...new Set(values.map(({ path }) => path[0] ?? ''))]
  return Object.fromEntries(keys.map((key) => [key, unfold(below(values, key))]))
}

const below = (values: readonly Pick<ConfiguredValue, 'path' | 'value'>[], key: string) =>
  values.filter(({ path }) => path[0] === key).map(({ path, value }) => ({ path: path.slice(1), value }))

/** Words for where a value comes from; what the nucleus adds says which one. */
const ORIGINS: Readonly<Record<ConfiguredValue['origin']['kind'], string>> = {
  default: 'default of',
  deployment: 'deployment',
  update: 'set by',
  reset: 'reset by',
}

export const configurationTable = (values: readonly ConfiguredValue[]): string =>
  formatTable(
    ['path', 'origin', 'since', 'value'],
    values.map(({ path, value, origin, timeMs }) => [
      `/${path.join('/')}`,
      `${ORIGINS[origin.kind]} ${origin.detail}`.trim(),
      // Defaults are older than anything else, so that everything replaces them.
      timeMs <= 1 ? '' : new Date(timeMs).toISOString(),
      JSON.stringify(value),
    ]),
  )
