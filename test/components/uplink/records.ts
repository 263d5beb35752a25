import type { AlarmRecord, SummaryRecord } from '../../../shared/contract/records.ts'

const by = { component: 'genba.Processor', version: '0.1.0', config: 'abc' }

export const alarm = (index: number, tag = 'press/heat'): AlarmRecord => ({
  v: 1,
  type: 'alarm',
  id: `hot|${tag}|${index}|raised`,
  rule: 'hot',
  tag,
  state: 'raised',
  sinceUs: index,
  timeUs: index,
  value: 81,
  limit: 80,
  by,
})

export const summary = (index: number): SummaryRecord => ({
  v: 1,
  type: 'summary',
  id: `press/heat|tumbling:10|${index}|0`,
  tag: 'press/heat',
  window: 'tumbling:10',
  startUs: index,
  endUs: index + 10,
  revision: 0,
  timing: 'ON_TIME',
  count: 3,
  bad: 0,
  uncertain: 1,
  goodShare: 2 / 3,
  mean: 0.1,
  min: 0,
  max: 1e308,
  std: null,
  m2: null,
  last: 'run',
  by,
})
