import { Level } from 'level'
import { asStoreError } from './level-error.ts'

/** On Node.js `level` is LevelDB, which can do more than the types of `level` say for all engines. */
interface Repairing {
  repair(directory: string): Promise<void>
}

/**
 * Makes a closed store readable again whose files are damaged: LevelDB keeps what it can read of them. It may lose
 * entries, and bring back removed ones, so it is for copies only, and what comes out of it has to be checked.
 * @throws StoreError
 */
export async function repairLevelStore(directory: string): Promise<void> {
  try {
    await (Level as typeof Level & Repairing).repair(directory)
  } catch (error) {
    throw asStoreError(error, directory)
  }
}
