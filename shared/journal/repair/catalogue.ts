import type { FrameInspection } from '../../frame/decode.ts'
import { indexPlanOf } from '../index/index-plan.ts'
import { spanClassOf } from '../index/span.ts'
import type { ChunkPlace } from '../keys.ts'
import { type PartitionDays, partitionOf } from '../partition.ts'
import { newProducer, type Producer } from '../state.ts'
import { newTag, type Tag } from '../tag.ts'
import { union } from '../union.ts'
import type { Findings } from './findings.ts'
import type { Remains } from './remains.ts'

/** Tags and producers, with ids as they were where these are known, and counted anew from what is good. */
export class Catalogue {
  readonly tags = new Map<string, Tag>()
  readonly producers = new Map<string, Producer>()
  /** Samples by tag of frames that came after its stored figures. */
  readonly recent = new Map<string, number>()
  readonly #stored: Remains['tags']
  readonly #findings: Findings
  /** What has an id that nothing else has said yet. */
  readonly #lostProducers: Set<string>

  constructor({ tags, producers, lostProducers }: Remains, findings: Findings) {
    this.#findings = findings
    this.#stored = tags
    this.#lostProducers = new Set(lostProducers)
    for (const [name, tag] of tags) this.tags.set(name, emptied(tag))
    for (const [name, producer] of producers) this.producers.set(name, producer)
  }

  /** @returns false when another tag has the id of its key */
  addChunk(
    tag: string,
    { tagId, partition }: ChunkPlace,
    figures: { readonly sampleCount: number; readonly minTimeUs: number; readonly maxTimeUs: number },
    kinds: Tag['kinds'],
  ): boolean {
    const known = this.tags.get(tag) ?? this.#found(tag, tagId)
    const partitionDays = known.partitionDays ?? daysOf(partition, figures)
    if (known.id !== tagId || partitionOf(figures.minTimeUs, partitionDays) !== partition) return false
    const partitions = [...union(known.partitions, [partition])].sort((a, b) => a - b)
    this.tags.set(tag, {
      ...counted(known, figures),
      kinds: union(known.kinds, kinds),
      partitionDays,
      partitions,
    })
    return true
  }

  /** A tag that only its chunks know: whatever else has its id has lost its own name. */
  #found(tag: string, id: number): Tag {
    this.#findings.rebuild(`tag ${tag}`)
    const other = [...this.tags.values()].find((each) => each.id === id)
    if (other === undefined) return newTag(tag, id)
    this.tags.delete(other.tag)
    return { ...other, tag }
  }

  /** @param isCounted its samples are not in chunks */
  addFrame(frame: FrameInspection, lsn: number, isCounted: boolean): void {
    const producer = this.#producerOf(frame, lsn)
    const { columns, wide } = indexPlanOf(isCounted ? frame.columns : [])
    for (const column of columns) {
      const tag = this.tags.get(column.tag) ?? this.#newTag(column.tag)
      const spanClass = spanClassOf(column.minTimeUs, column.maxTimeUs)
      if (lsn > (this.#stored.get(column.tag)?.figuresLsn ?? 0)) {
        this.recent.set(column.tag, (this.recent.get(column.tag) ?? 0) + column.sampleCount)
      }
      this.tags.set(column.tag, {
        ...counted(tag, column),
        kinds: union(tag.kinds, column.kinds),
        producers: union(tag.producers, [producer.id]),
        wideProducers: wide ? union(tag.wideProducers, [producer.id]) : tag.wideProducers,
        spanMask: wide ? tag.spanMask : tag.spanMask | (1 << spanClass),
      })
    }
    if (wide === undefined) return
    const spanMask = producer.spanMask | (1 << spanClassOf(wide.minTimeUs, wide.maxTimeUs))
    this.producers.set(frame.producer, { ...producer, spanMask })
  }

  /** Ids are given in turn, so none may be free below another. */
  fillGaps(): void {
    for (const name of this.#lostProducers) this.#newProducer(name)
    for (let id = 0; id < highest(this.tags) && this.tags.size <= highest(this.tags); id += 1) {
      if (![...this.tags.values()].some((tag) => tag.id === id))
        this.tags.set(`lost/${id}`, newTag(`lost/${id}`, id))
    }
    for (
      let id = 0;
      id < highest(this.producers) && this.producers.size <= highest(this.producers);
      id += 1
    ) {
      if (![...this.producers.values()].some((each) => each.id === id)) this.#newProducer(`lost/${id}`)
    }
  }

  #newTag(name: string): Tag {
    this.#findings.rebuild(`tag ${name}`)
    return newTag(name, freeId(this.tags))
  }

  #producerOf(frame: FrameInspection, lsn: number): Producer {
    const known = this.producers.get(frame.producer)
    if (known !== undefined && !this.#lostProducers.has(frame.producer)) return known
    const { epoch, sequence, position, sampleCount, recordCount } = frame
    const before = known ?? this.#newProducer(frame.producer)
    this.#lostProducers.add(frame.producer)
    const after = {
      ...before,
      epoch,
      sequence,
      position: position === '' ? before.position : position,
      frameCount: before.frameCount + 1,
      sampleCount: before.sampleCount + sampleCount,
      recordCount: before.recordCount + recordCount,
    }
    this.#findings.rebuild(`producer ${frame.producer}, up to frame ${lsn}`)
    this.producers.set(frame.producer, after)
    return after
  }

  #newProducer(name: string): Producer {
    const known = this.producers.get(name)
    if (known !== undefined) return known
    const producer = newProducer(name, freeId(this.producers))
    this.#findings.rebuild(`producer ${name}: what it has sent before is not known`)
    this.producers.set(name, producer)
    return producer
  }

  /** One of those whose counts had to be made anew, to which what is not accounted for belongs. */
  get uncounted(): string | undefined {
    return [...this.#lostProducers].find((name) => this.producers.has(name))
  }
}

const emptied = (tag: Tag): Tag => ({
  ...newTag(tag.tag, tag.id),
  kinds: tag.kinds,
  producers: tag.producers,
  wideProducers: tag.wideProducers,
  spanMask: tag.spanMask,
  partitionDays: tag.partitionDays,
  partitions: tag.partitions,
  // Those that came and were let go; what is there is counted on top of them.
  sampleCount: tag.removedCount,
  removedCount: tag.removedCount,
})

function counted(
  tag: Tag,
  figures: { readonly sampleCount: number; readonly minTimeUs: number; readonly maxTimeUs: number },
): Tag {
  return {
    ...tag,
    firstTimeUs: Math.min(tag.firstTimeUs, figures.minTimeUs),
    lastTimeUs: Math.max(tag.lastTimeUs, figures.maxTimeUs),
    sampleCount: tag.sampleCount + figures.sampleCount,
  }
}

const daysOf = (
  partition: number,
  { minTimeUs, maxTimeUs }: { readonly minTimeUs: number; readonly maxTimeUs: number },
): PartitionDays =>
  partitionOf(minTimeUs, 1) === partition && partitionOf(maxTimeUs, 1) === partition ? 1 : 30

type WithIds = ReadonlyMap<string, { readonly id: number }>

const highest = (map: WithIds): number => [...map.values()].reduce((most, { id }) => Math.max(most, id), -1)

function freeId(map: WithIds): number {
  const taken = new Set([...map.values()].map(({ id }) => id))
  let id = 0
  while (taken.has(id)) id += 1
  return id
}
