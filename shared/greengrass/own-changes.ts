import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { SchedulerLike, Subscription } from 'rxjs'
import { ChangeLog } from '../component/change-log.ts'
import type { ConfigError } from '../component/config.ts'
import { type ConfigDigests, refusalOf } from '../component/config-feed.ts'
import type { Bus, ComponentIdentity, Log } from '../component/host.ts'
import type { ComponentChange } from '../contract/changes.ts'
import { Topic } from '../contract/topics.ts'
import { describeError } from '../errors/genba-error.ts'
import type { ClockReading } from '../retention/trusted-time.ts'
import { CHANGES_AGAIN_MS } from './limits.ts'

export interface OwnChangesParts {
  readonly identity: ComponentIdentity
  readonly bus: Pick<Bus, 'publish'>
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly readClocks: () => ClockReading
  /** In the work folder, so that what a process could not tell is told by the next. */
  readonly path: string
  /** The bundle that runs. */
  readonly codePath: string
}

/**
 * Tells the historian of changes of this component, for the audit trail: at once, and again every minute, since there is no
 * answer. The historian knows by the number which it has.
 */
export class OwnChanges {
  readonly #parts: OwnChangesParts
  readonly #changes: ChangeLog
  #timer: Subscription | undefined
  #telling: Promise<void> | undefined

  constructor(parts: OwnChangesParts) {
    const { identity, readClocks, path, codePath } = parts
    this.#parts = parts
    const { component, version } = identity
    let digest: string | undefined
    // Not before the component works: what it reads is missing until then.
    const code = () => {
      digest ??= digestOfFile(codePath)
      return digest
    }
    this.#changes = new ChangeLog({ component, version, code, readClocks }, readJson(path))
  }

  /** The process runs with this configuration. */
  started(digests: ConfigDigests): void {
    this.#changes.take('start', digests)
    this.#keep()
  }

  configured(digests: ConfigDigests): void {
    if (this.#changes.take('configuration', digests)) this.#keep()
  }

  /** Resolves when it was told, as far as that goes: the process may be about to end. */
  async refused(kind: ComponentChange['kind'], error: ConfigError): Promise<void> {
    if (this.#changes.refuse(kind, refusalOf(error))) this.#save()
    await this.#tell()
  }

  noteDeployment(id: string): void {
    this.#changes.noteDeployment(id)
    this.#save()
  }

  /** Tells once more: a component that has soon done its work may have spoken while the historian was away. */
  async stop(): Promise<void> {
    this.#timer?.unsubscribe()
    await this.#tell()
  }

  #keep(): void {
    this.#save()
    void this.#tell()
    this.#timer ??= this.#parts.scheduler.schedule(() => this.#again(), CHANGES_AGAIN_MS)
  }

  #again(): void {
    void this.#tell()
    this.#timer = this.#parts.scheduler.schedule(() => this.#again(), CHANGES_AGAIN_MS)
  }

  #save(): void {
    const { path, log } = this.#parts
    try {
      writeFileSync(`${path}.new`, JSON.stringify(this.#changes.saved))
      renameSync(`${path}.new`, path)
    } catch (error) {
      log.warn(
        { err: describeError(error) },
        'changes of this component are not kept: a full disk, or no right to write',
      )
    }
  }

  #tell(): Promise<void> {
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined
    })
    return this.#telling
  }

  /** And what is added meanwhile. */
  async #tellAll(): Promise<void> {
    const { bus, identity, log } = this.#parts
    let toldN = 0
    const next = () => this.#changes.saved.kept.find(({ n }) => n > toldN)
    try {
      for (let change = next(); change !== undefined; change = next()) {
        await bus.publish(Topic.changes(identity.component), { json: change })
        toldN = change.n
      }
    } catch (error) {
      log.debug({ err: describeError(error) }, 'changes of this component are told later')
    }
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Missing, or cut short: then nothing is known of before.
    return undefined
  }
}

const DIGEST_CHARACTERS = 12

function digestOfFile(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, DIGEST_CHARACTERS)
  } catch {
    return ''
  }
}
