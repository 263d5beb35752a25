import type { AlarmRecord, CloudMessage, SummaryRecord } from '../../../shared/contract/records.ts'

const by = { component: 'genba.Processor', version: '0.1.0', config: 'test' }

export const summary = (startUs: number, revision = 0): SummaryRecord => ({
  v: 1,
  type: 'summary',
  id: `line1/temperature|tumbling:1000|${startUs}|${revision}`,
  tag: 'line1/temperature',
  window: 'tumbling:1000',
  startUs,
  endUs: startUs + 1000,
  revision,
  timing: 'ON_TIME',
  count: 2,
  bad: 0,
  uncertain: 0,
  goodShare: 1,
  mean: 1.5,
  min: 1,
  max: 2,
  std: 0.5,
  m2: 0.5,
  last: 2,
  by,
})

export const alarm = (sinceUs: number): AlarmRecord => ({
  v: 1,
  type: 'alarm',
  id: `hot|line1/temperature|${sinceUs}|raised`,
  rule: 'hot',
  tag: 'line1/temperature',
  state: 'raised',
  sinceUs,
  timeUs: sinceUs,
  value: 99,
  limit: 90,
  by,
})

export const message = (id: string, ...records: CloudMessage['records']): Uint8Array =>
  Buffer.from(JSON.stringify({ v: 1, id, gateway: 'press-hall', records }))
