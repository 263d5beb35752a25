/** What one case of a case file came to. */
export type CaseOutcome =
  | { readonly passed: true }
  | { readonly passed: false; readonly expected: unknown; readonly actual: unknown }

/**
 * Runs one case of its kind through the public interface of the part that it is about.
 *
 * @param line the case as `JSON.parse` reads it, unchecked: the check says itself what it needs
 * @param text the line as written, for kinds whose numbers may be finer than a double
 * @throws ZodError or GenbaError when the line is no case of this kind; what the part under test throws is an
 *   answer and belongs into `actual`
 */
export type CaseCheck = (line: unknown, text: string) => CaseOutcome
