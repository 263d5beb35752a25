import type { SchedulerLike } from 'rxjs'
import type { StoreDirectory } from '../../shared/component/host.ts'
import type { ReplyHead } from '../../shared/contract/historian-request.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { backupRunning } from '../../shared/journal/backup/errors.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import type { Clock } from '../../shared/time/time.ts'
import { wait } from '../../shared/time/wait.ts'
import { BACKUP_TOLD_MS } from './limits.ts'

export interface BackupsParts {
  readonly journal: Journal
  readonly store: StoreDirectory
  readonly clock: Clock
  readonly scheduler: SchedulerLike
  /** Whose log it is. */
  readonly log: string
}

type Told = NonNullable<ReplyHead['backup']>

interface RunningBackup {
  readonly directory: string
  readonly ended: Promise<Told>
  progress: Told
}

/** Makes one backup at a time; whoever asks for it again while it is made follows it. */
export class Backups {
  readonly #parts: BackupsParts
  readonly #stopped = new AbortController()
  #running: RunningBackup | undefined

  constructor(parts: BackupsParts) {
    this.#parts = parts
  }

  /**
   * How far it is, every second, and at last what it has come to. It goes on when nobody listens any more.
   * @throws GenbaError with everything that is to be said in its message, which is all that a reply carries
   */
  async *follow(directory: string): AsyncGenerator<Told> {
    const running = this.#running ?? this.#begin(directory)
    if (running.directory !== directory) throw sayable(backupRunning())
    for (;;) {
      const tick = wait(this.#parts.scheduler, BACKUP_TOLD_MS).then(() => undefined)
      const told = await Promise.race([running.ended, tick])
      yield told ?? running.progress
      if (told !== undefined) return
    }
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Breaks off what is under way; another backup goes on from there. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.allSettled([this.#running?.ended])
  }

  #begin(directory: string): RunningBackup {
    const running: RunningBackup = {
      directory,
      ended: this.#make(directory).finally(() => {
        this.#running = undefined
      }),
      progress: { phase: 'checking', count: 0 },
    }
    // Whoever follows hears of it; nobody may.
    running.ended.catch(() => undefined)
    this.#running = running
    return running
  }

  async #make(directory: string): Promise<Told> {
    const { journal, store, clock, log } = this.#parts
    try {
      const target = await store.openAt(directory)
      try {
        const onProgress = (progress: Told) => {
          if (this.#running) this.#running.progress = progress
        }
        const { signal } = this.#stopped
        const report = await journal.backup(target, { log, madeAtUs: clock.wallUs(), onProgress, signal })
        return { report }
      } finally {
        await target.close()
      }
    } catch (error) {
      throw sayable(error)
    }
  }
}

function sayable(error: unknown): unknown {
  if (!(error instanceof GenbaError)) return error
  const issues = error.issues.flatMap(({ where, received, mend }) => [where, received, mend])
  const text = [error.message, ...issues.filter((part) => part !== undefined)].join('; ')
  return new GenbaError(error.code, text, { cause: error })
}
