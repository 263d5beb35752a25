import { GenbaError } from '../../errors/genba-error.ts'
import { compileRule } from './rule.ts'
import type { RuleConfig } from './rule-config.ts'

/** What is wrong with a rule whose fields are all there; undefined when it can be run. */
export function ruleIssue(
  rule: RuleConfig,
):
  | { readonly path: readonly string[]; readonly expected: string; readonly mend: string | undefined }
  | undefined {
  try {
    compileRule(rule)
    return undefined
  } catch (error) {
    if (!(error instanceof GenbaError)) throw error
    const [issue] = error.issues
    const expected = [error.message, issue?.expected && `expected ${issue.expected}`]
      .filter(Boolean)
      .join('; ')
    return { path: ['sql'], expected, mend: issue?.mend }
  }
}
