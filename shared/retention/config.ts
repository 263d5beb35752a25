import * as z from 'zod'
import { lawIssues } from './config-check.ts'
import { ask, LawClass, TagLaw } from './law-class.ts'
import { CLASSES_MAX, LAWS_MAX } from './limits.ts'

/** The law of a store as configured; durations are microseconds once read. */
export const LawConfig = z
  .object({
    lawClasses: z.array(LawClass).max(CLASSES_MAX).prefault([]),
    laws: z.array(TagLaw).max(LAWS_MAX).prefault([]),
  })
  .superRefine((law, context) => {
    for (const { path, expected, mend } of lawIssues(law)) {
      context.addIssue({ code: 'custom', path: [...path], ...ask(expected, mend) })
    }
  })
export type LawConfig = z.output<typeof LawConfig>
