import type { Json } from '../../shared/bytes/json.ts'
import type { ProcessorRequest } from '../../shared/contract/processor-request.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import type { FunctionPool } from '../../shared/function/pool.ts'
import type { Application } from '../../shared/processing/application.ts'
import { createRuleCounters } from '../../shared/processing/rules/rule-trail.ts'
import type { Clock } from '../../shared/time/time.ts'
import type { Effects } from './effects/effects.ts'
import type { Orders } from './orders.ts'

export interface AnswersParts {
  readonly application: Application
  readonly effects: Effects
  readonly functions: FunctionPool
  readonly orders: Orders
  readonly clock: Clock
}

/** Answers one question or carries out one order. @throws GenbaError for a name that nothing has */
export async function answerRequest(parts: AnswersParts, request: ProcessorRequest): Promise<Json> {
  switch (request.op) {
    case 'rules':
      return plain(listRules(parts))
    case 'explain':
      return plain(explain(parts, request))
    case 'alarms':
      return plain({ alarms: parts.application.detections.alarms() })
    case 'alarm':
      return giveOrder(parts, request)
    case 'functions':
      return plain({ ...parts.functions.figures(), inputs: parts.functions.setAside() })
    case 'input':
      return handleInput(parts, request)
  }
}

/** What JSON makes of it: undefined members are left out. */
const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

function listRules({ application, effects }: AnswersParts) {
  const { rules, detections, windows } = application.compiled
  const counters = application.rules.counters()
  const standing = application.detections.alarms()
  return {
    lsn: application.lsn,
    rules: rules.map(({ config, isReflex }) => ({
      name: config.name,
      sql: config.sql,
      deadlineMs: config.deadline === undefined ? null : config.deadline / 1000,
      actsOnLiveFrames: isReflex,
      ...(counters[config.name] ?? createRuleCounters()),
      latency: effects.latency(config.name),
    })),
    detections: detections.map(({ name, type, severity }) => ({
      name,
      type,
      severity,
      raised: standing.filter(({ rule, isRaised }) => rule === name && isRaised).length,
    })),
    windows: windows.map(({ name, tags }) => ({ name, tags })),
    effects: { ...effects.counters, deadlineMisses: effects.missed },
  }
}

function explain(
  { application, effects }: AnswersParts,
  { rule: name, key }: ProcessorRequest & { op: 'explain' },
) {
  const { rules, detections } = application.compiled
  const rule = rules.find(({ config }) => config.name === name)
  const isDetection = detections.some((detection) => detection.name === name)
  if (rule === undefined && !isDetection)
    throw unknownName(name, [...rules.map(({ config }) => config), ...detections])
  const standing = application.detections.alarms().filter(({ rule: owner }) => owner === name)
  const keys = key === undefined ? standing.map(({ key: tag }) => tag) : [key]
  const { lateSamples, quarantinedSamples, refusedSamples } = application.counters()
  return {
    name,
    lsn: application.lsn,
    counts: { lateSamples, quarantinedSamples, refusedSamples },
    alarms: keys.flatMap((tag): object[] => {
      const found = application.detections.explain(name, tag)
      if (found !== undefined) return [found]
      return isDetection ? [{ rule: name, key: tag, why: 'no sample of this tag has been judged' }] : []
    }),
    windows: key === undefined ? [] : application.windows.explain(key),
    ...(rule === undefined
      ? {}
      : {
          sql: rule.config.sql,
          ...(application.rules.counters()[name] ?? createRuleCounters()),
          last: application.rules.trail(name)?.evaluations(),
          latency: effects.latency(name),
        }),
  }
}

function unknownName(name: string, known: readonly { readonly name: string }[]): GenbaError {
  return new GenbaError('GENBA_RULE_UNKNOWN', `no rule or detection is named ${name}`, {
    issues: [
      {
        where: 'name',
        expected:
          known.length === 0 ? 'a rule; none is configured' : known.map((entry) => entry.name).join(', '),
        received: name,
        mend: 'see: genba rule list',
      },
    ],
  })
}

async function giveOrder(
  { orders, clock }: AnswersParts,
  request: ProcessorRequest & { op: 'alarm' },
): Promise<Json> {
  const { kind, rule, key, by, reason, forUs } = request
  const timeUs = clock.wallUs()
  const order = { rule, key, by, timeUs, ...(reason === undefined ? {} : { reason }) }
  if (kind === 'shelve' && forUs === undefined) {
    throw new GenbaError('GENBA_ORDER_INVALID', 'an alarm is shelved for a time, not for ever', {
      issues: [{ where: 'forUs', expected: 'microseconds', received: 'nothing' }],
    })
  }
  const isKnown = await orders.give(
    kind === 'shelve' ? { ...order, kind, untilUs: timeUs + (forUs ?? 0) } : { ...order, kind },
  )
  if (isKnown) return { done: kind, rule, key }
  throw new GenbaError('GENBA_ALARM_UNKNOWN', `the alarm ${rule} on ${key} has nothing to ${kind}`, {
    issues: [{ mend: 'see: genba alarm list' }],
  })
}

function handleInput({ functions }: AnswersParts, { kind, input }: ProcessorRequest & { op: 'input' }): Json {
  if (kind === 'discard') {
    if (functions.discard(input)) return { done: kind, input }
  } else {
    const answer = functions.replay(input)
    if (answer.accepted) return { done: kind, input }
    if (answer.reason !== 'unknown-input') {
      throw new GenbaError('GENBA_INPUT_REFUSED', answer.message, { issues: [{ where: input }] })
    }
  }
  throw new GenbaError('GENBA_INPUT_UNKNOWN', `no input ${input} is set aside`, {
    issues: [{ mend: 'see: genba function list' }],
  })
}
