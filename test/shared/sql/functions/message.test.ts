import { describe, expect, it } from 'vitest'
import { answer } from './answer.ts'

describe('functions of the message', () => {
  it.each([
    ['topic()', 'line1/press3/temperature'],
    ['topic(2)', 'press3'],
    ["topic('1')", 'line1'],
    ['topic(1.9)', 'line1'],
    ['topic(0)', undefined],
    ['topic(4)', undefined],
    ['topic(gone)', undefined],
    ['topic(true)', undefined],
  ])('%s is %j', (expression, expected) => {
    expect(answer(expression)).toBe(expected)
  })

  it('say where the message came from', () => {
    const environment = {
      clientId: 'press-3',
      accountId: '123456789012',
      principal: 'ab12',
      sourceIp: '192.0.2.1',
      traceId: '11111111-2222-4333-8444-555555555555',
      timestampMs: 1_700_000_000_123,
      uuid: () => 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    }
    const say = (expression: string) => answer(expression, {}, { environment })
    expect(say('clientid()')).toBe('press-3')
    expect(say('accountid()')).toBe('123456789012')
    expect(say('principal()')).toBe('ab12')
    expect(say('sourceip()')).toBe('192.0.2.1')
    expect(say('traceid()')).toBe('11111111-2222-4333-8444-555555555555')
    expect(say('timestamp()')).toBe(1_700_000_000_123)
    expect(say('newuuid()')).toBe('aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee')
    expect(say('timestamp(1)')).toBeUndefined()
  })

  it('know no client and no trace where the message did not come over MQTT', () => {
    const environment = { clientId: 'x', traceId: 'y', protocol: 'http' }
    expect(answer('clientid()', {}, { environment })).toBe('n/a')
    expect(answer('traceid()', {}, { environment })).toBeUndefined()
    expect(answer('clientid()')).toBe('n/a')
  })

  it('name the version of the SQL', () => {
    expect(answer('sql_version()')).toBe('2016-03-23')
    expect(answer('sql_version()', {}, { version: '2015-10-08' })).toBe('2015-10-08')
  })
})

describe('properties of MQTT 5', () => {
  const mqttProperties = {
    content_type: 'text/plain',
    correlation_data: 'AQI=',
    format_indicator: 'UTF8_DATA',
  }
  const userProperties = [
    { key: 'zone', value: 'n' },
    { key: '__proto__', value: 'x' },
    { key: 'zone', value: 's' },
  ]
  const say = (expression: string) =>
    answer(expression, {}, { environment: { mqttProperties, userProperties } })

  it('are found by the names of the guide alone', () => {
    expect(say("get_mqtt_property('content_type')")).toBe('text/plain')
    expect(say("get_mqtt_property('correlation_data')")).toBe('AQI=')
    expect(say("get_mqtt_property('format_indicator')")).toBe('UTF8_DATA')
    expect(say("get_mqtt_property('response_topic')")).toBeUndefined()
    expect(say("get_mqtt_property('constructor')")).toBeUndefined()
    expect(answer("get_mqtt_property('format_indicator')")).toBe('UNSPECIFIED_BYTES')
    expect(answer("get_mqtt_property('content_type')")).toBeUndefined()
  })

  it('of the user come in their order', () => {
    expect(say("get_user_properties('zone')")).toEqual(['n', 's'])
    expect(say("get_user_properties('none')")).toBeUndefined()
    expect(JSON.stringify(say('get_user_properties()'))).toBe('[{"zone":"n"},{"__proto__":"x"},{"zone":"s"}]')
    expect(answer('get_user_properties()')).toEqual([])
  })
})
