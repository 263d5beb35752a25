import type { Command } from 'commander'
import pc from 'picocolors'
import type { Context } from '../../../simulator/cli/context.ts'
import type { Output } from '../../../simulator/cli/output.ts'

/** Where the output of one command goes, and the command's context with it. */
export function createContext() {
  const printed: string[] = []
  const notes: string[] = []
  const terminal = { colours: pc.createColors(false), canRefresh: false, columns: () => 80 }
  const output: Output = {
    terminal,
    errorTerminal: terminal,
    data: async (text) => void printed.push(text),
    json: async (value) => void printed.push(`${JSON.stringify(value)}\n`),
    note: (text) => void notes.push(text),
    noteInPlace: (text) => void notes.push(text),
    closed: new AbortController().signal,
  }
  const installation = { version: '1.2.3', dist: '', recipes: '' }
  return { context: { output, installation }, printed, notes }
}

/** What a command prints. @throws what the command throws */
export async function printedBy(
  create: (context: Context) => Command,
  ...args: readonly string[]
): Promise<string> {
  const { context, printed } = createContext()
  await create(context).exitOverride().parseAsync(args, { from: 'user' })
  return printed.join('')
}
