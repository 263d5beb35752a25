import * as z from 'zod'
import { lawIssues } from './config-check.ts'
import { ask, LawClass, TagLaw } from './law-class.ts'
import { CLASSES_MAX, LAWS_MAX } from './limits.ts'

/** For a component whose configuration has a law in it. */
export const lawShape = {
  /** What is promised; see docs/law.md. */
  lawClasses: z.array(LawClass).max(CLASSES_MAX).prefault([]),
  /** Which tags have which class: the first that names a tag counts. */
  laws: z.array(TagLaw).max(LAWS_MAX).prefault([]),
}

/** Finds what contradicts itself between the parts of a law; for `superRefine`. */
export function refineLaw(law: Parameters<typeof lawIssues>[0], context: z.RefinementCtx): void {
  for (const { path, expected, mend } of lawIssues(law)) {
    context.addIssue({ code: 'custom', path: [...path], ...ask(expected, mend) })
  }
}

/** The law of a store as configured; durations are microseconds once read. */
export const LawConfig = z.object(lawShape).superRefine(refineLaw)
export type LawConfig = z.output<typeof LawConfig>
