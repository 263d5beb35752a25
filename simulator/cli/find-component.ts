import { componentNames, type Installation } from './deployments.ts'
import { CliError } from './errors.ts'

/**
 * The component that `genba.Collector`, `Collector` or `collector` means.
 * @throws CliError `GENBA_COMPONENT_UNKNOWN`
 */
export function findComponent(installation: Pick<Installation, 'recipes'>, text: string): string {
  const names = componentNames(installation)
  const wanted = text.toLowerCase()
  const found = names.find((name) => [name, name.slice('genba.'.length)].map(lower).includes(wanted))
  if (found !== undefined) return found
  throw new CliError('GENBA_COMPONENT_UNKNOWN', 'there is no such component', {
    expected: names.join(', '),
    received: text,
  })
}

const lower = (text: string): string => text.toLowerCase()
