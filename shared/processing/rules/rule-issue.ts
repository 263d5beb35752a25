import { GenbaError } from '../../errors/genba-error.ts'
import { SqlError } from '../../sql/errors.ts'
import { compileRule } from './rule.ts'
import type { RuleConfig } from './rule-config.ts'

/** What is wrong with a rule, and in which of its fields. */
interface RuleIssue {
  readonly path: readonly (string | number)[]
  readonly expected: string
  readonly mend: string | undefined
}

/** What is wrong with a rule whose fields are all there; undefined when it can be run. */
export function ruleIssue(rule: RuleConfig): RuleIssue | undefined {
  const whole = issueAt(['errorAction'], rule)
  if (whole === undefined) return undefined
  const { errorAction: _, ...own } = rule
  const parts = rule.actions.map((action, index) =>
    issueAt(['actions', index], { ...own, actions: [action] }),
  )
  return issueAt(['sql'], { ...own, actions: [] }) ?? parts.find((issue) => issue !== undefined) ?? whole
}

function issueAt(path: RuleIssue['path'], rule: RuleConfig): RuleIssue | undefined {
  try {
    compileRule(rule)
    return undefined
  } catch (error) {
    if (!(error instanceof GenbaError)) throw error
    const [issue] = error.issues
    const place = error instanceof SqlError && issue?.where !== undefined ? `${issue.where}: ` : ''
    const expected = [`${place}${error.message}`, issue?.expected && `expected ${issue.expected}`]
      .filter(Boolean)
      .join('; ')
    return { path, expected, mend: issue?.mend }
  }
}
