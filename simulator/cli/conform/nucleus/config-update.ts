import * as z from 'zod'
import type { Json, JsonObject } from '../../../../shared/bytes/json.ts'
import { deployConfiguration } from '../../../nucleus/configuration/deploy-configuration.ts'
import { type ConfigMap, type ConfigNode, isObject, toJson } from '../../../nucleus/configuration/tree.ts'
import type { CaseOutcome } from '../check.ts'
import { CaseFlavour, onEachFlavour } from './flavours.ts'

const Configuration = z.record(z.string(), z.json())

const ConfigUpdateCase = z.object({
  flavour: CaseFlavour,
  recipeDefaults: Configuration,
  running: Configuration.nullable(),
  deployment: z.object({
    timestamp: z.number().default(2000),
    reset: z.array(z.string()).default([]),
    merge: Configuration.default({}),
  }),
  expect: Configuration,
})

/** When a leaf of a case was written that does not say it. */
const RUNNING_TIME_MS = 1000

/** Runs a case of what a deployment makes of a component's configuration. */
export function checkConfigUpdateCase(line: unknown): CaseOutcome {
  const { flavour, recipeDefaults, running, deployment, expect: expected } = ConfigUpdateCase.parse(line)
  const { timestamp, reset, merge } = deployment
  const change = { defaults: recipeDefaults, reset, merge, timeMs: timestamp }
  const present = running === null ? undefined : mapOf(running)
  return onEachFlavour(flavour, expected, (name) => toJson(deployConfiguration(present, change, name).tree))
}

const mapOf = (value: JsonObject): ConfigMap => ({
  kind: 'map',
  entries: new Map(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, nodeOf(item)]])),
  ),
})

/** `{ $value, $timestamp }` is a leaf with its time. */
function nodeOf(value: Json): ConfigNode {
  if (!isObject(value)) return { kind: 'leaf', value, timeMs: RUNNING_TIME_MS }
  const { $value, $timestamp } = value
  if ($value === undefined || typeof $timestamp !== 'number') return mapOf(value)
  return { kind: 'leaf', value: $value, timeMs: $timestamp }
}
