import { hasWildcard, topicMatches } from './topic-filter.ts'

/** Takes one delivery; the payload is the JSON text of a SubscriptionResponseMessage, shared by all subscribers. */
type DeliveryHandler = (payload: Buffer) => void

interface Subscriber {
  readonly principal: string
  readonly filter: string
  /** False for a subscriber that does not want what it published itself. */
  readonly ownMessages: boolean
  readonly deliver: DeliveryHandler
}

/** Local publish/subscribe of one core. Nothing is kept: who is not subscribed does not get the message. */
export interface LocalTopics {
  /** @returns the way to unsubscribe, or undefined when the core takes no more subscriptions */
  subscribe(subscriber: Subscriber): (() => void) | undefined
  /** Delivers to every matching subscription, in the order of subscribing. */
  publish(principal: string, topic: string, payload: Buffer): void
}

/** Topics whose subscribers are remembered: matching a filter costs more than a delivery's other work. */
const ROUTES_MAX = 4096

export function createLocalTopics(subscriptionsMax: number): LocalTopics {
  const subscribers = new Set<Subscriber>()
  let routes = new Map<string, readonly Subscriber[]>()
  const routeOf = (topic: string): readonly Subscriber[] => {
    const known = routes.get(topic)
    if (known !== undefined) return known
    const route = [...subscribers].filter(({ filter }) =>
      hasWildcard(filter) ? topicMatches(filter, topic) : filter === topic,
    )
    if (routes.size >= ROUTES_MAX) routes = new Map()
    routes.set(topic, route)
    return route
  }
  return {
    subscribe: (subscriber) => {
      if (subscribers.size >= subscriptionsMax) return undefined
      subscribers.add(subscriber)
      routes = new Map()
      return () => {
        subscribers.delete(subscriber)
        routes = new Map()
      }
    },
    publish: (principal, topic, payload) => {
      for (const subscriber of routeOf(topic)) {
        if (subscriber.ownMessages || subscriber.principal !== principal) subscriber.deliver(payload)
      }
    },
  }
}
