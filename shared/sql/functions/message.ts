import { toInt } from '../convert.ts'
import type { SqlEnvironment, SqlFunction } from '../function.ts'
import type { SqlValue } from '../value.ts'
import { asking } from './define.ts'

const isMqtt = ({ protocol }: SqlEnvironment): boolean => (protocol ?? 'mqtt') === 'mqtt'

/** The whole topic, or one of its levels, counted from 1. */
function topic(whole: string, args: readonly SqlValue[]): SqlValue {
  if (args.length === 0) return whole
  const level = toInt(args[0])
  return typeof level === 'number' ? whole.split('/')[level - 1] : undefined
}

/** Properties of MQTT 5 by the names of the guide; the format indicator is never absent. */
const TEXT_PROPERTIES: ReadonlySet<SqlValue> = new Set(['content_type', 'response_topic', 'correlation_data'])

function mqttProperty(name: SqlValue, { mqttProperties = {} }: SqlEnvironment): SqlValue {
  if (name === 'format_indicator') {
    return mqttProperties['format_indicator'] === 'UTF8_DATA' ? 'UTF8_DATA' : 'UNSPECIFIED_BYTES'
  }
  if (typeof name !== 'string' || !TEXT_PROPERTIES.has(name)) return undefined
  return Object.hasOwn(mqttProperties, name) ? mqttProperties[name] : undefined
}

function userProperties(args: readonly SqlValue[], { userProperties: all = [] }: SqlEnvironment): SqlValue {
  if (args.length === 0) return all.map(({ key, value }) => Object.fromEntries([[key, value]]))
  const values = all.filter(({ key }) => key === args[0]).map(({ value }) => value)
  return values.length === 0 ? undefined : values
}

/** What a rule learns of the message beside its payload, and of where it runs. */
export const MESSAGE_FUNCTIONS: readonly SqlFunction[] = [
  asking('topic', [0, 1], (args, { message }) => topic(message.topic, args)),
  asking('clientid', 0, (_, { environment }) =>
    isMqtt(environment) ? (environment.clientId ?? 'n/a') : 'n/a',
  ),
  asking('accountid', 0, (_, { environment }) => environment.accountId),
  asking('principal', 0, (_, { environment }) => environment.principal),
  asking('sourceip', 0, (_, { environment }) => environment.sourceIp, '2016-03-23'),
  asking('sql_version', 0, (_, { version }) => version),
  asking('timestamp', 0, (_, { environment }) => environment.timestampMs),
  asking('traceid', 0, (_, { environment }) => (isMqtt(environment) ? environment.traceId : undefined)),
  asking('newuuid', 0, (_, { environment }) => environment.uuid()),
  asking('get_mqtt_property', 1, ([name], { environment }) => mqttProperty(name, environment)),
  asking('get_user_properties', [0, 1], (args, { environment }) => userProperties(args, environment)),
]
