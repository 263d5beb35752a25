import { readJson } from '../../../../shared/bytes/json.ts'
import type { CloudLink } from '../../cloud-link.ts'
import { isObject } from '../../configuration/tree.ts'

/** JSON messages between the device and the services of IoT Core, on topics below `$aws/things/THING/`. */
export interface DeviceTopics {
  /** @returns false when the link is down: who has to know asks again when it is up */
  send(topic: string, message: object): Promise<boolean>
  /** Subscribes once and for all. @param topics below the thing's */
  listen(topics: readonly string[], onMessage: (topic: string, message: Message) => void): Promise<boolean>
}

export type Message = Readonly<Record<string, unknown>>

export function deviceTopics(link: CloudLink, thing: string): DeviceTopics {
  const prefix = `$aws/things/${thing}/`
  const listening = new Set<string>()
  return {
    send: async (topic, message) => {
      try {
        await link.publish(prefix + topic, Buffer.from(JSON.stringify(message)), 1)
        return true
      } catch {
        return false
      }
    },
    listen: async (topics, onMessage) => {
      try {
        for (const topic of topics) {
          if (listening.has(topic)) continue
          await link.subscribe(prefix + topic, (received, payload) => {
            const message = readJson(Buffer.from(payload).toString('utf8'))
            if (isObject(message)) onMessage(received.slice(prefix.length), message)
          })
          listening.add(topic)
        }
        return true
      } catch {
        return false
      }
    },
  }
}
