import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { ALPHA, BETA } from './components.ts'
import { type ConformanceReport, runConformance } from './conformance.ts'
import { EMULATED_REGION, type Identity, startEmulatedCore } from './emulated-core.ts'
import { describeConformance } from './report-text.ts'

const EXIT_DIFFERS = 1
const EXIT_USAGE = 2
const INCOMPLETE_CORE = 'genba.incompleteCore'

const NOTES = `
Without --socket and --token, and without their variables in the environment, an emulated core of nucleus lite is
started and stopped. Against a real core of nucleus lite:

  1. npm run conformance -- --recipes           prints the recipes of com.example.Alpha and com.example.Beta
  2. deploy both to the core; before every further run again, with RESET [""] for com.example.Alpha
  3. sudo cat /var/lib/greengrass/work/com.example.Alpha/ipc    the socket's path, then the token
  4. npm run conformance -- --socket PATH --token TOKEN --region eu-central-1

Exit codes: 0 no difference without a reason, 1 some, or the core cannot be reached, 2 wrong usage.`

interface Flags {
  readonly socket?: string
  readonly token?: string
  readonly region: string
  readonly answerMs: number
  readonly recipes?: true
  readonly json?: true
}

function parse(args: readonly string[]): Flags {
  return new Command('conformance')
    .description('replay what a real nucleus lite was recorded to answer, and report every difference')
    .option(
      '--socket <path>',
      'the core to ask',
      process.env['AWS_GG_NUCLEUS_DOMAIN_SOCKET_FILEPATH_FOR_COMPONENT'],
    )
    .option('--token <token>', 'of com.example.Alpha on that core; SVCUID of the environment when left out')
    .option('--region <name>', 'awsRegion of that core', EMULATED_REGION)
    .option('--answer-ms <n>', 'longest wait for an answer', milliseconds, 5000)
    .option('--recipes', 'print the two recipes to deploy to a real core, one JSON a line')
    .option('--json', '{ steps, explained, unexplained, gone }')
    .addHelpText('after', NOTES)
    .exitOverride()
    .parse([...args], { from: 'user' })
    .opts<Flags>()
}

function milliseconds(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number of milliseconds.')
}

/** @returns undefined where the emulated core is meant */
function givenCore({ socket, token = process.env['SVCUID'] }: Flags): Identity | undefined {
  if (socket === undefined && token === undefined) return undefined
  if (socket !== undefined && token !== undefined) return { socketPath: socket, token }
  throw new CommanderError(EXIT_USAGE, INCOMPLETE_CORE, '--socket and --token belong together')
}

async function compare(flags: Flags): Promise<ConformanceReport> {
  const { region, answerMs } = flags
  const given = givenCore(flags)
  const nowMs = Date.now()
  if (given !== undefined) return runConformance({ core: 'given', ...given, region, answerMs, nowMs })
  const { stop, ...identity } = await startEmulatedCore()
  try {
    return await runConformance({ core: 'emulated', ...identity, region: EMULATED_REGION, answerMs, nowMs })
  } finally {
    await stop()
  }
}

async function main(args: readonly string[]): Promise<number> {
  const flags = parse(args)
  if (flags.recipes) {
    process.stdout.write(`${[ALPHA, BETA].map((recipe) => JSON.stringify(recipe)).join('\n')}\n`)
    return 0
  }
  const report = await compare(flags)
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : describeConformance(report))
  return report.unexplained.length > 0 ? EXIT_DIFFERS : 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.code === INCOMPLETE_CORE) process.stderr.write(`error: ${error.message}\n`)
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
  } else if (error instanceof GenbaError) {
    process.stderr.write(`${describeError(error)}\n`)
    process.exitCode = EXIT_DIFFERS
  } else {
    throw error
  }
}
