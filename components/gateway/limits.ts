/** Health comes once a second and component. */
export const JUDGE_EVERY_MS = 250

/** Of as many as there are components and criteria; a message has a limit. */
export const REASONS_TOLD_MAX = 8
