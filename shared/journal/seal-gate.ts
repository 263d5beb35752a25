import { backupRunning } from './backup/errors.ts'

/** Lets one sealing run at a time, and none while somebody needs chunks and sealed frames to stay as they are. */
export class SealGate {
  #sealing: Promise<boolean> | undefined
  #isHeld = false

  /** @returns what `work` gives; false when sealing is held off */
  async seal(work: () => Promise<boolean>): Promise<boolean> {
    if (this.#sealing) throw new Error('seal was called while another seal is under way')
    if (this.#isHeld) return false
    const sealing = work().finally(() => {
      this.#sealing = undefined
    })
    this.#sealing = sealing
    return await sealing
  }

  /** Runs `work` once the sealing that is under way has ended. @throws BackupError `GENBA_BACKUP_RUNNING` */
  async holdOff<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isHeld) throw backupRunning()
    this.#isHeld = true
    try {
      await Promise.allSettled([this.#sealing])
      return await work()
    } finally {
      this.#isHeld = false
    }
  }
}
