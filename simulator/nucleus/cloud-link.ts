import type { Observable } from 'rxjs'

/** The core device's MQTT connection to IoT Core, as the nucleus uses it. */
export interface CloudLink {
  /** Resolves when the broker has taken the message. Rejects at once while the link is down: nothing is queued here. */
  publish(topic: string, payload: Uint8Array, qos: 0 | 1): Promise<void>
  /** Rejects while the link is down; afterwards the link renews the subscription by itself. */
  subscribe(
    filter: string,
    onMessage: (topic: string, payload: Uint8Array) => void,
  ): Promise<{ close(): Promise<void> }>
  /** Replays the present state to each subscriber. */
  readonly up$: Observable<boolean>
}
