/**
 * Every topic Genba uses, and the only place that spells one. Resources in the recipes' accessControl are built
 * from the same names, so that what a component may do and what it does cannot drift apart.
 */
const ROOT = 'genba/v1'

export const Topic = {
  /** Frames on their way to the historian; one topic a producer. */
  feed: (producer: string) => `${ROOT}/feed/${producer}`,
  allFeeds: `${ROOT}/feed/#`,
  /** What the historian has made durable: acknowledgement, and nudge for all who follow the log. */
  commit: `${ROOT}/historian/commit`,
  /** Reads and questions to the historian. */
  historianRequest: `${ROOT}/historian/request`,
  /** Questions and orders about what must stay and what must go: a topic of its own, since few may publish there. */
  lawRequest: `${ROOT}/historian/law`,
  /** Answers; each client has its own. */
  reply: (client: string) => `${ROOT}/reply/${client}`,
  /** What a component tells of its versions and configurations, for the audit trail. */
  changes: (component: string) => `${ROOT}/changes/${component}`,
  allChanges: `${ROOT}/changes/+`,
  health: (component: string) => `${ROOT}/health/${component}`,
  allHealth: `${ROOT}/health/+`,
  /** Where rules may publish without further rights. */
  rule: (name: string) => `${ROOT}/rule/${name}`,
  /** Where functions may publish what they return, and what was set aside, without further rights. */
  functionOutput: (name: string) => `${ROOT}/function/${name}`,
  /** Values to set at outputs of the gateway; whoever drives them subscribes. */
  output: (name: string) => `${ROOT}/output/${name}`,
  /** Questions and orders to the processor: rules, alarms, functions. */
  processorRequest: `${ROOT}/processor/request`,
  /** IoT Core: summaries and alarms of one gateway. */
  cloudRecords: (thing: string) => `${ROOT}/${thing}/records`,
} as const
