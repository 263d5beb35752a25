import { rmSync } from 'node:fs'
import * as z from 'zod'
import { readIfThere, replaceFile } from '../../configuration/persisted.ts'
import type { CoreState } from '../../state/core-state.ts'
import { loadState, StoredState, storeState } from '../../state/state-file.ts'
import type { FailureHandlingPolicy } from '../document/deployment-document.ts'
import type { WrittenFailure } from './deployment-record.ts'

/** A state, and those of its recipes that the other state of the journal has otherwise or not at all. */
export interface StateWithRecipes {
  readonly state: CoreState
  readonly recipes: readonly RecipeText[]
}

export interface RecipeText {
  readonly name: string
  readonly version: string
  readonly text: string
}

/**
 * What a core is in the middle of. Before there is a journal nothing has changed; from then on a core that was killed
 * goes on where it was: to the target, or back to the snapshot.
 */
export interface Journal {
  readonly deploymentId: string
  readonly stage: 'merging' | 'rolling-back'
  readonly policy: FailureHandlingPolicy
  readonly snapshot: StateWithRecipes
  readonly target: StateWithRecipes
  /** Components whose bootstrap step has yet to run, in order. */
  readonly bootstraps: readonly string[]
  /** Why it goes back. */
  readonly failure?: WrittenFailure
}

const StoredSide = z.object({
  state: StoredState,
  recipes: z.array(z.object({ name: z.string(), version: z.string(), text: z.string() })),
})
const StoredJournal = z.object({
  v: z.literal(1),
  deploymentId: z.string(),
  stage: z.enum(['merging', 'rolling-back']),
  policy: z.enum(['ROLLBACK', 'DO_NOTHING']),
  snapshot: StoredSide,
  target: StoredSide,
  bootstraps: z.array(z.string()),
  failure: z
    .object({ message: z.string(), errorStack: z.array(z.string()), errorTypes: z.array(z.string()) })
    .exactOptional(),
})

export interface JournalFile {
  /** Undefined when no deployment is being applied. @throws ZodError when the file is none of ours */
  read(): Journal | undefined
  write(journal: Journal): void
  /** The deployment is over, one way or the other. */
  remove(): void
}

export function journalFile(path: string): JournalFile {
  return {
    read: () => {
      const text = readIfThere(path)
      if (text === undefined) return undefined
      const { snapshot, target, ...stored } = StoredJournal.parse(JSON.parse(text))
      return {
        ...stored,
        snapshot: { ...snapshot, state: loadState(snapshot.state) },
        target: { ...target, state: loadState(target.state) },
      }
    },
    write: ({ snapshot, target, ...journal }) => {
      const side = ({ state, recipes }: StateWithRecipes) => ({ state: storeState(state), recipes })
      const stored = { v: 1, ...journal, snapshot: side(snapshot), target: side(target) }
      replaceFile(path, `${JSON.stringify(stored)}\n`)
    },
    remove: () => rmSync(path, { force: true }),
  }
}
