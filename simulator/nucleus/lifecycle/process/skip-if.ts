import { accessSync, constants, existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const CHECK = /^(!?)\s*(onpath|exists) +(.+)$/i

/**
 * Whether a step's Skipif holds (`GenericExternalService.java`, shouldSkip).
 *
 * @param searchPath as in `PATH`
 * @returns why the step is not run; undefined when it is
 */
export function skipReason(skipif: string, searchPath: string): string | undefined {
  const [, negation = '', operator = '', argument = ''] = CHECK.exec(skipif.trim()) ?? []
  const isFound = operator.toLowerCase() === 'onpath' ? isOnPath(argument, searchPath) : exists(argument)
  return isFound === (negation === '') ? skipif : undefined
}

const exists = (path: string): boolean => existsSync(path.replace(/^~(?=\/|$)/, homedir()))

const isOnPath = (program: string, searchPath: string): boolean =>
  searchPath.split(delimiter).some((folder) => isExecutable(join(folder, program)))

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
