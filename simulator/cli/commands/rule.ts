import { Command, Option } from 'commander'
import { compileSql } from '../../../shared/sql/compile.ts'
import { toJsonText } from '../../../shared/sql/convert.ts'
import { parseJson } from '../../../shared/sql/json.ts'
import { SQL_VERSION_NAMES, type SqlVersionName } from '../../../shared/sql/version.ts'
import type { Context } from '../context.ts'
import { indentJson } from '../indent-json.ts'
import { wrongValue } from '../option-values.ts'
import type { Output } from '../output.ts'
import { environmentOf, messageOf, SqlContext } from '../sql-context.ts'
import { ruleCheckCommand } from './rule-check.ts'
import { ruleListCommand } from './rule-list.ts'

interface EvalFlags {
  readonly sql: string
  readonly topic: string
  readonly payload?: string
  readonly payloadBase64?: string
  readonly context: string
  readonly sqlVersion: SqlVersionName
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba rule eval --sql "SELECT topic(2) AS press, value * 1.8 + 32 AS f FROM 'line1/#' WHERE value > 80" \\
    --topic line1/press3 --payload '{"value": 81.5}'
  genba rule eval --sql "SELECT get_secret('api', 'SecretString', 'role') AS key FROM '#'" --topic a --payload '{}' \\
    --context '{"stubs": {"get_secret": "s3cr3t"}}'

Prints the output, or "no match". The context may have the keys clientid, accountid, timestamp, principal, sourceip,
traceid, protocol, ruleName, mqttProperties, userProperties, and stubs: the answers of external lookups by function.`

export function ruleCommand(context: Context): Command {
  return new Command('rule')
    .description('the rules of the processor, and the SQL they are written in')
    .addCommand(evalCommand(context))
    .addCommand(ruleCheckCommand(context))
    .addCommand(ruleListCommand(context))
    .addHelpText('after', EXAMPLES)
}

function evalCommand({ output }: Context): Command {
  return new Command('eval')
    .description('run one SQL statement on one message')
    .requiredOption('--sql <statement>', "a statement of the rules' SQL")
    .requiredOption('--topic <topic>', 'where the message was published')
    .option('--payload <json>', 'the message; what is no JSON is taken as bytes')
    .option('--payload-base64 <text>', 'the message, as base64')
    .option('--context <json>', 'what surrounds the message', '{}')
    .addOption(
      new Option('--sql-version <version>', 'of the SQL').choices(SQL_VERSION_NAMES).default('2016-03-23'),
    )
    .option('--json', 'the output on one line')
    .addHelpText('after', EXAMPLES)
    .action((flags: EvalFlags) => evaluate(output, flags))
}

async function evaluate(output: Output, flags: EvalFlags): Promise<void> {
  const context = contextOption(flags.context)
  const providers = Object.keys(context.stubs)
  const statement = compileSql(flags.sql, { version: flags.sqlVersion, providers })
  const message = messageOf(flags.topic, payloadOption(flags), statement.version)
  const result = statement.evaluate(message, environmentOf(context))
  if (!result.match) return output.data('no match\n')
  if (result.bytes !== undefined) return output.data(`${Buffer.from(result.bytes).toString()}\n`)
  const text = toJsonText(result.output)
  await output.data(`${flags.json ? text : indentJson(text)}\n`)
}

function payloadOption({ payload, payloadBase64 }: EvalFlags): Uint8Array {
  if ((payload === undefined) === (payloadBase64 === undefined)) {
    throw wrongValue(
      '--payload',
      'either --payload or --payload-base64',
      payload === undefined ? 'neither' : 'both',
    )
  }
  return payload === undefined ? Buffer.from(payloadBase64 ?? '', 'base64') : Buffer.from(payload)
}

function contextOption(text: string): SqlContext {
  const parsed = SqlContext.safeParse(parseJson(text, '2016-03-23')?.value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw wrongValue('--context', `a JSON object; ${[...(issue?.path ?? []), issue?.message].join(': ')}`, text)
}
