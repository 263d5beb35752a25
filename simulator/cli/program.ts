import { Command, CommanderError } from 'commander'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { alarmCommand } from './commands/alarm.ts'
import { auditCommand } from './commands/audit.ts'
import { backtestCommand } from './commands/backtest.ts'
import { backupCommand } from './commands/backup.ts'
import { componentCommand } from './commands/component.ts'
import { configCommand } from './commands/config.ts'
import { conformCommand } from './commands/conform.ts'
import { deployCommand } from './commands/deploy.ts'
import { deploymentsCommand } from './commands/deployments.ts'
import { eraseCommand } from './commands/erase.ts'
import { explainCommand } from './commands/explain.ts'
import { faultCommand } from './commands/fault.ts'
import { fleetCommand } from './commands/fleet.ts'
import { functionCommand } from './commands/function.ts'
import { headCommand } from './commands/head.ts'
import { historyCommand } from './commands/history.ts'
import { holdCommand } from './commands/hold.ts'
import { logsCommand } from './commands/logs.ts'
import { proveCommand } from './commands/prove.ts'
import { publishCommand } from './commands/publish.ts'
import { repairCommand } from './commands/repair.ts'
import { restoreCommand } from './commands/restore.ts'
import { retentionCommand } from './commands/retention.ts'
import { ruleCommand } from './commands/rule.ts'
import { startCommand } from './commands/start.ts'
import { statsCommand } from './commands/stats.ts'
import { statusCommand } from './commands/status.ts'
import { stopCommand } from './commands/stop.ts'
import { storeCommand } from './commands/store.ts'
import { tagsCommand } from './commands/tags.ts'
import { upCommand } from './commands/up.ts'
import { verifyCommand } from './commands/verify.ts'
import { windowCommand } from './commands/window.ts'
import type { Context } from './context.ts'
import type { Installation } from './deployments.ts'
import { CliError, exitCodeOf } from './errors.ts'
import { createOutput, type Output } from './output.ts'

const EXIT_USAGE = 2
const NO_COLOUR = '--no-color'

const INTRODUCTION = `
First steps:
  genba start              a gateway with simulated machines
  genba status             how it is
  genba history            what it stored; genba tags lists it, genba stats sums it up
  genba rule list          what it watches; genba explain rule NAME says why a rule fired or not
  genba fault kill Historian
  genba publish, genba deploy         new versions and configuration, on this gateway or on many
  genba fleet up 50        many gateways, to rehearse a rollout

Exit codes: 0 done, 1 failed, 2 wrong usage.`

/** Runs one command line. @returns the exit code */
export async function runCommandLine(args: readonly string[], installation: Installation): Promise<number> {
  const output = createOutput(args.includes(NO_COLOUR))
  let help = ''
  const program = createProgram({ installation, output }, (text) => {
    help += text
  })
  try {
    await program.parseAsync(
      args.filter((arg) => arg !== NO_COLOUR),
      { from: 'user' },
    )
    return 0
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    if (error instanceof CommanderError && error.code === 'commander.help') {
      output.note(help)
      return EXIT_USAGE
    }
    return report(output, error instanceof CommanderError ? usageError(error, nameOf(program, args)) : error)
  }
}

function createProgram(context: Context, onHelp: (text: string) => void): Command {
  const program = new Command('genba')
  // Inherited by the commands, so it comes before them.
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.output.data(text),
      writeErr: onHelp,
      outputError: () => {},
    })
    .description('a simulated Greengrass gateway with the Genba components on it')
    .version(context.installation.version)
    .option(NO_COLOUR, 'no colours')
    .addHelpText('after', INTRODUCTION)
  for (const create of [
    startCommand,
    upCommand,
    statusCommand,
    historyCommand,
    statsCommand,
    tagsCommand,
    storeCommand,
    verifyCommand,
    holdCommand,
    retentionCommand,
    eraseCommand,
    auditCommand,
    proveCommand,
    headCommand,
    backupCommand,
    restoreCommand,
    repairCommand,
    ruleCommand,
    logsCommand,
    alarmCommand,
    explainCommand,
    backtestCommand,
    functionCommand,
    publishCommand,
    deployCommand,
    deploymentsCommand,
    componentCommand,
    configCommand,
    fleetCommand,
    faultCommand,
    conformCommand,
    windowCommand,
    stopCommand,
  ]) {
    program.addCommand(inheriting(program, create(context)))
  }
  return program
}

/** Commands that are added whole do not take over the program's settings by themselves. */
function inheriting(program: Command, command: Command): Command {
  command.copyInheritedSettings(program)
  for (const child of command.commands) inheriting(program, child)
  return command
}

/** The command that the arguments name, as far as they do. */
function nameOf(program: Command, args: readonly string[]): string {
  const names = [program.name()]
  let at = program
  for (const arg of args) {
    const child = at.commands.find((command) => command.name() === arg)
    if (child === undefined) break
    names.push(arg)
    at = child
  }
  return names.join(' ')
}

/** @param command whose help explains it */
function usageError(error: CommanderError, command: string): CliError {
  const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const hint = rest.join(' ').replace(/[()]/g, '')
  return new CliError('GENBA_USAGE', message, {
    mend: `${hint === '' ? '' : `${hint}; `}see ${command} --help`,
  })
}

/** A mistake of the user's has no stack; one of ours has. */
function report(output: Output, error: unknown): number {
  if (output.closed.aborted) return 0
  const { red } = output.errorTerminal.colours
  const isKnown = error instanceof GenbaError
  const text = isKnown ? describeError(error) : error instanceof Error ? error.stack : String(error)
  output.note(`${red('genba:')} ${text}`)
  return exitCodeOf(error)
}
