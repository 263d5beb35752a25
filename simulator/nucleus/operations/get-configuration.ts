import type { Json } from '../../../shared/bytes/json.ts'
import { isObject, toJson } from '../configuration/tree.ts'
import { readKeyPath } from './key-path.ts'
import { type Operation, OperationError } from './operation.ts'
import type { Services } from './services.ts'

/** Any component may read the configuration of any other, on both nuclei. */
export function getConfiguration({ configuration, flavour }: Services): Operation {
  return {
    name: 'GetConfiguration',
    streams: false,
    start: (call) => {
      const { componentName, keyPath } = call.request()
      const component = typeof componentName === 'string' ? componentName : call.principal
      const path = readKeyPath(keyPath)
      const node = configuration.nodeAt(ownName(component, flavour.ownComponents), path)
      if (node === undefined) {
        throw new OperationError(
          'ResourceNotFoundError',
          flavour.name === 'lite' ? 'Key not found.' : 'Key not found',
        )
      }
      call.respond({ componentName: component, value: wrapLeaf(toJson(node), path.at(-1)) })
    },
  }
}

/** The core's own configuration has one name in the store, whatever the alias it is asked by. */
const ownName = (component: string, aliases: readonly string[]): string =>
  aliases.includes(component) ? (aliases[0] ?? component) : component

/** A map comes bare; anything else under the last key that was asked for. */
const wrapLeaf = (value: Json, lastKey: string | undefined): Json =>
  isObject(value) || lastKey === undefined ? value : { [lastKey]: value }
