import type { JsonObject } from '../../shared/bytes/json.ts'

/** The rights with which the recordings were made, in the order in which the nucleus gives them back. */
export const ALPHA_RIGHTS: JsonObject = {
  'aws.greengrass.ipc.pubsub': {
    'com.example.Alpha:pubsub:1': {
      policyDescription: 'pub/sub on oracle/*',
      operations: ['aws.greengrass#PublishToTopic', 'aws.greengrass#SubscribeToTopic'],
      resources: ['oracle/*'],
    },
  },
  'aws.greengrass.ipc.mqttproxy': {
    'com.example.Alpha:mqtt:1': {
      policyDescription: 'iot core on cloud/*',
      operations: ['aws.greengrass#PublishToIoTCore', 'aws.greengrass#SubscribeToIoTCore'],
      resources: ['cloud/*'],
    },
  },
}

const BETA_RIGHTS: JsonObject = {
  'aws.greengrass.ipc.pubsub': {
    'com.example.Beta:pubsub:1': {
      policyDescription: 'subscribe only',
      operations: ['aws.greengrass#SubscribeToTopic'],
      resources: ['oracle/*'],
    },
  },
}

/** File in a component's work folder, for its owner's eyes: the socket's path in one line, the token in the next. */
export const IDENTITY_FILE = 'ipc'

/** Lends its identity: leaves what a client needs in the work folder, and waits. */
const LEND_IDENTITY =
  `umask 077; printf '%s\\n%s\\n' "$AWS_GG_NUCLEUS_DOMAIN_SOCKET_FILEPATH_FOR_COMPONENT" "$SVCUID" > ${IDENTITY_FILE}; ` +
  'exec sleep 2147483'

/** The component as which the recordings are replayed, and one beside it; texts, because the original recipe was YAML. */
export const ALPHA = recipeOf('com.example.Alpha', LEND_IDENTITY, {
  sampleText: 'hello',
  n: '42',
  f: '1.5',
  flag: 'true',
  nested: { a: 'x', list: ['1', 'two', 'false'] },
  accessControl: ALPHA_RIGHTS,
})
export const BETA = recipeOf('com.example.Beta', 'exec sleep 2147483', {
  who: 'beta',
  accessControl: BETA_RIGHTS,
})

function recipeOf(name: string, run: string, configuration: JsonObject): JsonObject {
  return {
    RecipeFormatVersion: '2020-01-25',
    ComponentName: name,
    ComponentVersion: '1.0.0',
    ComponentDescription: 'What the recordings of a real core are replayed against',
    ComponentPublisher: 'Genba',
    ComponentConfiguration: { DefaultConfiguration: configuration },
    Manifests: [{ Platform: { os: '*', runtime: '*' }, Lifecycle: { run } }],
  }
}
