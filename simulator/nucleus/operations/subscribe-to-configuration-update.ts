import type { KeyPath } from '../configuration/tree.ts'
import { readKeyPath } from './key-path.ts'
import { type Operation, OperationError } from './operation.ts'
import type { Services } from './services.ts'

/** One event for every leaf that changes at or below the key path. */
export function subscribeToConfigurationUpdate({ configuration }: Services): Operation {
  return {
    name: 'SubscribeToConfigurationUpdate',
    streams: true,
    start: (call) => {
      const { componentName, keyPath } = call.request()
      const component = typeof componentName === 'string' ? componentName : call.principal
      const path = readKeyPath(keyPath)
      if (configuration.nodeAt(component, path) === undefined) {
        throw new OperationError('ResourceNotFoundError', 'Key not found')
      }
      call.respond({})
      const stop = configuration.listen((changedComponent, changed) => {
        if (changedComponent !== component || !startsWith(changed, path)) return
        const event = { configurationUpdateEvent: { componentName: component, keyPath: changed } }
        call.emit('ConfigurationUpdateEvents', Buffer.from(JSON.stringify(event)))
      })
      call.onEnd(stop)
    },
  }
}

const startsWith = (path: KeyPath, prefix: KeyPath): boolean =>
  prefix.every((key, index) => path[index]?.toLowerCase() === key.toLowerCase())
