import type { TagAttributes } from './sample-message.ts'

/** Where rules run. */
export interface RuleSurroundings {
  readonly thing: string
  readonly attributesOf: (tag: string) => TagAttributes
}
