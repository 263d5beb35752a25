/**
 * Faults put into the system on purpose, to show that the invariants find them. They live in the simulated disk:
 * the components stay as they are.
 */
export type Sabotage =
  /** Synchronous writes say that they are on disk before they are: the death of the process takes them away. */
  | { readonly kind: 'acknowledge-before-write'; readonly component: string }
  /** The directory is empty after each death of the process. */
  | { readonly kind: 'forget-spill'; readonly component: string }

export const SABOTAGES = {
  'acknowledge-before-write': { kind: 'acknowledge-before-write', component: 'genba.Historian' },
  'forget-spill': { kind: 'forget-spill', component: 'genba.Collector' },
} as const satisfies Record<string, Sabotage>

export type SabotageName = keyof typeof SABOTAGES
