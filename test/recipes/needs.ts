import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { Producer } from '../../shared/contract/producers.ts'
import { Topic } from '../../shared/contract/topics.ts'

type TopicName = keyof typeof Topic
/** For each operation the topics that a component needs it for, under the name that its code uses. */
type Needs = Readonly<Record<string, Readonly<Partial<Record<TopicName, string>>>>>

export const NEEDS: Readonly<Record<string, Needs>> = {
  'genba.Collector': {
    PublishToTopic: {
      feed: Topic.feed('genba.Collector/*'),
      historianRequest: Topic.historianRequest,
      health: Topic.health('genba.Collector'),
      changes: Topic.changes('genba.Collector'),
    },
    SubscribeToTopic: { commit: Topic.commit, reply: Topic.reply('genba.Collector') },
  },
  'genba.Historian': {
    PublishToTopic: {
      commit: Topic.commit,
      reply: Topic.reply('*'),
      health: Topic.health('genba.Historian'),
      changes: Topic.changes('genba.Historian'),
    },
    SubscribeToTopic: {
      allFeeds: Topic.allFeeds,
      historianRequest: Topic.historianRequest,
      lawRequest: Topic.lawRequest,
      allChanges: Topic.allChanges,
      changes: Topic.changes('genba.Historian'),
    },
  },
  'genba.Processor': {
    PublishToTopic: {
      feed: Topic.feed(Producer.records),
      historianRequest: Topic.historianRequest,
      reply: Topic.reply('*'),
      rule: Topic.rule('*'),
      output: Topic.output('*'),
      functionOutput: Topic.functionOutput('*'),
      health: Topic.health('genba.Processor'),
      changes: Topic.changes('genba.Processor'),
    },
    SubscribeToTopic: {
      allFeeds: Topic.allFeeds,
      commit: Topic.commit,
      processorRequest: Topic.processorRequest,
      reply: Topic.reply('genba.Processor'),
    },
  },
  'genba.Uplink': {
    PublishToTopic: {
      historianRequest: Topic.historianRequest,
      health: Topic.health('genba.Uplink'),
      changes: Topic.changes('genba.Uplink'),
    },
    SubscribeToTopic: { commit: Topic.commit, reply: Topic.reply('genba.Uplink') },
    PublishToIoTCore: { cloudRecords: Topic.cloudRecords('+') },
  },
  'genba.Gateway': {
    PublishToTopic: { health: Topic.health('genba.Gateway'), changes: Topic.changes('genba.Gateway') },
    SubscribeToTopic: { allHealth: Topic.allHealth },
  },
}

/** Named by the configuration of a site, not by the code: its rules and functions may publish there. */
export const CONFIGURED: Readonly<Record<string, readonly TopicName[]>> = {
  'genba.Processor': ['rule', 'functionOutput'],
}

/** In the code without being published or subscribed to. */
export const SPELLED_ONLY: Readonly<Record<string, readonly TopicName[]>> = {
  // Cuts the producer's name out of the topic that a frame came by.
  'genba.Historian': ['feed'],
}

/** The names of topics in all code that ends up in the bundle of a component. */
export async function topicsInCode(component: string): Promise<TopicName[]> {
  const folder = component.slice('genba.'.length).toLowerCase()
  const { metafile } = await build({
    entryPoints: [`components/${folder}/main.ts`],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    minifySyntax: true,
    metafile: true,
    write: false,
    outdir: 'unused',
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const kept = inputs.filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !path.endsWith('topics.ts'))
  const names = kept.flatMap(([path]) => [
    ...readFileSync(join(resolve('.'), path), 'utf8').matchAll(/\bTopic\.(\w+)/g),
  ])
  return [...new Set(names.map(([, name]) => name as TopicName))].filter((name) => name in Topic).sort()
}
