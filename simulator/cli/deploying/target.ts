import { wrongValue } from '../option-values.ts'

const NAME = /^[a-zA-Z0-9:_-]{1,128}$/
const ARN = /^arn:[\w-]+:iot:[\w-]+:\d{12}:(thinggroup|thing)\/(.+)$/

/** A thing or a group of things to which a deployment goes. */
export interface Target {
  readonly kind: 'thing' | 'thinggroup'
  readonly name: string
  /** Where it was given whole. */
  readonly arn?: string
}

/** `GROUP`, `thing/NAME`, `thinggroup/NAME` or an ARN. @throws CliError `GENBA_USAGE` */
export function targetOption(text: string): Target {
  const [, arnKind, arnName] = ARN.exec(text) ?? []
  if (arnName !== undefined) return { kind: kindOf(arnKind), name: arnName, arn: text }
  const [, kind, name = ''] = /^(?:(thinggroup|thing)\/)?(.*)$/.exec(text) ?? []
  if (NAME.test(name)) return { kind: kindOf(kind), name }
  throw wrongValue('--to', 'the name of a thing group, thing/NAME, or an ARN of either', text)
}

const kindOf = (text: string | undefined): Target['kind'] => (text === 'thing' ? 'thing' : 'thinggroup')

export const targetArn = (
  { kind, name, arn }: Target,
  { region, account }: { readonly region: string; readonly account: string },
): string => arn ?? `arn:aws:iot:${region}:${account}:${kind}/${name}`
