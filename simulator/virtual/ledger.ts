import { parseCommit } from '../../shared/contract/commit.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { inspectFrame } from '../../shared/frame/decode.ts'
import { frameCrc } from '../../shared/frame/encode.ts'
import type { FrameHeader } from '../../shared/frame/frame.ts'
import type { StoreOperation } from '../../shared/store/store.ts'
import { contentDigest, findFrame } from './frame-content.ts'
import type { World } from './world.ts'

/**
 * What the system has promised, seen from outside on the bus and on the disk: which frames exist, which ones were
 * acknowledged, and which ones their producer was told are safe in its spill.
 */
export interface Ledger {
  /** CRC-32C of each frame ever sent, by identity. */
  readonly frames: ReadonlyMap<string, number>
  /** Identities that two different frames had. */
  readonly reused: ReadonlySet<string>
  /** The newest sequence that a commit message named, by producer and epoch. */
  readonly acknowledged: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** Content of frames in a spill that must outlive their producer, by digest, with where it was first. */
  spilled(): ReadonlyMap<string, string>
}

type Identity = Pick<FrameHeader, 'producer' | 'epoch' | 'sequence'>
export const identityText = ({ producer, epoch, sequence }: Identity): string =>
  `${producer} ${epoch} ${sequence}`

/** @param spilling the component whose stored frames count as promised */
export function keepLedger(world: Pick<World, 'bus' | 'disk'>, spilling: string): Ledger {
  const frames = new Map<string, number>()
  const reused = new Set<string>()
  const acknowledged = new Map<string, Map<number, number>>()
  const durable = new Map<string, string>()
  const unsynced = new Map<string, string>()

  const noteSent = (bytes: Uint8Array) => {
    const identity = identityText(inspectFrame(bytes))
    const crc = frameCrc(bytes)
    const known = frames.get(identity)
    if (known !== undefined && known !== crc) reused.add(identity)
    frames.set(identity, crc)
  }
  const noteSpilled = (operations: readonly StoreOperation[]) => {
    for (const operation of operations) {
      const frame = operation.type === 'put' ? findFrame(operation.value) : undefined
      if (frame !== undefined) unsynced.set(contentDigest(frame), identityText(frame.header))
    }
  }
  const acknowledge = (producer: string, epoch: number, sequence: number) => {
    const epochs = acknowledged.get(producer) ?? new Map<number, number>()
    acknowledged.set(producer, epochs.set(epoch, Math.max(epochs.get(epoch) ?? -1, sequence)))
  }
  const feeds = Topic.feed('')

  world.bus.watch((_from, topic, payload) => {
    if ('bytes' in payload) {
      if (topic.startsWith(feeds)) noteSent(payload.bytes)
      return
    }
    if (topic !== Topic.commit) return
    const commit = parseCommit(JSON.parse(payload.json))
    for (const [index, epoch, sequence] of [...(commit?.frames ?? []), ...(commit?.held ?? [])]) {
      acknowledge(commit?.producers[index] ?? '', epoch, sequence)
    }
  })
  world.disk.watch({
    onConfirmed(component, operations, sync) {
      if (component !== spilling) return
      noteSpilled(operations)
      if (!sync) return
      for (const [digest, identity] of unsynced) durable.set(digest, identity)
      unsynced.clear()
    },
    onPowerLost: () => unsynced.clear(),
  })

  return { frames, reused, acknowledged, spilled: () => new Map([...durable, ...unsynced]) }
}
