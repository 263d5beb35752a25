import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../shared/bytes/json.ts'
import {
  type ConfigMap,
  EMPTY_MAP,
  mergeValue,
  toJson,
} from '../../../../simulator/nucleus/configuration/tree.ts'
import {
  documentOf,
  type Groups,
  withDocument,
} from '../../../../simulator/nucleus/deployments/groups/groups.ts'
import { createUpdateNotices } from '../../../../simulator/nucleus/notices/update-notices.ts'
import { changedLeaves } from '../../../../simulator/nucleus/state/changed-leaves.ts'
import { originsAfter, pointerOf } from '../../../../simulator/nucleus/state/origins.ts'
import { loadState, storeState } from '../../../../simulator/nucleus/state/state-file.ts'

const key = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', '/', '~', 'é') })
const value = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.string({ maxLength: 4 }),
    fc.constant(null),
    fc.array(fc.integer(), { maxLength: 3 }),
    fc.dictionary(key, tie('node'), { maxKeys: 3 }),
  ),
})).node
const configuration = fc.dictionary(key, value, { maxKeys: 4 })
const treeOf = (content: object, timeMs = 1000): ConfigMap =>
  mergeValue(EMPTY_MAP, [], content as JsonObject, { timeMs, onMismatch: 'replace' }).tree

const version = fc.constantFrom('1.0.0', '1.1.0', '2.0.0')
const roots = fc.dictionary(fc.constantFrom('test.A', 'test.B', 'test.C'), version)
const groupName = fc.constantFrom('', 'presses', 'ovens')
const identity = { thing: 'line-9', region: 'ap-northeast-1', account: '123456789012' }
const context = { deploymentId: 'id', nowMs: 1, identity }

const groupsOf = (content: Record<string, Record<string, string>>): Groups =>
  new Map(
    Object.entries(content).map(([name, versions]) => [
      name === '' ? 'LOCAL_DEPLOYMENT' : `thinggroup/${name}`,
      {
        targetArn: name,
        configurationArn: 'before',
        deploymentId: 'before',
        roots: Object.fromEntries(Object.entries(versions).map(([root, each]) => [root, { version: each }])),
      },
    ]),
  )

describe('the state of a core', () => {
  it('is on disk what it is in memory', () => {
    fc.assert(
      fc.property(configuration, fc.dictionary(groupName, roots), (content, groups) => {
        const tree = treeOf(content)
        const origins = originsAfter({ configuration: EMPTY_MAP, origins: {} }, tree, () => ({
          kind: 'deployment',
          detail: 'id',
        }))
        const components = new Map([['test.A', { version: '1.0.0', configuration: tree, origins }]])
        const state = { components, groups: groupsOf(groups), revision: 'id' }
        expect(loadState(JSON.parse(JSON.stringify(storeState(state))))).toEqual(state)
      }),
    )
  })

  it('tells exactly the leaves that differ between two configurations', () => {
    fc.assert(
      fc.property(configuration, configuration, (left, right) => {
        const [before, after] = [treeOf(left), treeOf(right, 2000)]
        const changes = changedLeaves(before, after)
        expect(changes.length === 0).toBe(changedLeaves(after, before).length === 0)
        expect(changedLeaves(before, treeOf(left, 9000))).toEqual([])
        const backwards = changedLeaves(after, before).map(({ path }) => pointerOf(path))
        expect(changes.map(({ path }) => pointerOf(path)).sort()).toEqual(backwards.sort())
        if (JSON.stringify(toJson(before)) === JSON.stringify(toJson(after))) expect(changes).toEqual([])
      }),
    )
  })
})

describe('a local request', () => {
  it('edits the roots of its own group and of no other', () => {
    fc.assert(
      fc.property(
        fc.dictionary(groupName, roots),
        groupName,
        roots,
        roots,
        (content, group, added, removed) => {
          const before = groupsOf(content)
          const request = {
            groupName: group,
            rootComponentVersionsToAdd: added,
            rootComponentsToRemove: Object.keys(removed),
          }
          const document = documentOf(request, before, context)
          const after = withDocument(before, document)
          const own = group === '' ? 'LOCAL_DEPLOYMENT' : `thinggroup/${group}`
          for (const [name, untouched] of before) if (name !== own) expect(after.get(name)).toBe(untouched)
          const versions = Object.entries(after.get(own)?.roots ?? {}).map(([name, root]) => [
            name,
            root.version,
          ])
          const kept = Object.entries(content[group] ?? {}).filter(([name]) => removed[name] === undefined)
          expect(Object.fromEntries(versions)).toEqual({ ...Object.fromEntries(kept), ...added })
        },
      ),
    )
  })
})

describe('a round of questions before a deployment', () => {
  it('waits as long as the component that asks for the longest', async () => {
    const waits = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(waits, async (answers) => {
        const never = { nowMs: () => 0, sleep: untilAborted }
        const notices = createUpdateNotices(never)
        answers.forEach((waitMs, index) => {
          const name = `test.${index}`
          notices.subscribe(name, (event) => {
            if ('preUpdateEvent' in event) expect(notices.defer(name, 'id', waitMs)).toBe('taken')
          })
        })
        const question = { deploymentId: 'id', isGgcRestarting: false, timeoutMs: 1000 }
        expect(await notices.ask(question, new AbortController().signal)).toBe(Math.max(...answers))
        expect(notices.defer('test.0', 'id', 1)).toBe('too-late')
        expect(notices.defer('test.Stranger', 'id', 1)).toBe('not-subscribed')
      }),
    )
  })
})

const untilAborted = (_delayMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
