import type { SqlValue } from '../value.ts'
import { anyCode, booleanCode, type Code } from './code.ts'
import type { Unit } from './unit.ts'

/** Writes a call of a function where it stands; `otherwise` is the call for arguments of other types. */
type Inline = (
  unit: Unit,
  args: readonly Code[],
  otherwise: (args: readonly Code[]) => string,
) => Code | undefined

/** A function of one number that doubles answer exactly as decimals do. */
const ofNumber =
  (write: (name: string) => string): Inline =>
  (unit, [arg], otherwise) => {
    if (arg === undefined) return undefined
    const { set, get } = unit.once(arg)
    return anyCode(`(typeof ${set} === "number" ? ${write(get)} : ${otherwise([{ ...arg, js: get }])})`)
  }

const ofTexts =
  (method: 'startsWith' | 'endsWith'): Inline =>
  (unit, args, otherwise) => {
    const [text, part] = args.map((arg) => unit.once(arg))
    if (text === undefined || part === undefined) return undefined
    const general = otherwise(args.map((arg, index) => ({ ...arg, js: index === 0 ? text.get : part.get })))
    const sets = [text, part].filter(({ set, get }) => set !== get).map(({ set }) => `${set}, `)
    const areTexts = `typeof ${text.get} === "string" && typeof ${part.get} === "string"`
    return booleanCode(`(${sets.join('')}${areTexts} ? ${text.get}.${method}(${part.get}) : ${general})`)
  }

/** One level of the topic, without making an array of all of them. */
const level: Inline = (unit, [arg]) => {
  const number = arg?.constant?.value
  const isLevel = typeof number === 'number' && Number.isInteger(number) && number >= 1
  return isLevel ? anyCode(unit.call(levelOf, 'm.topic', String(number))) : undefined
}

export function levelOf(topic: string, number: number): SqlValue {
  let from = 0
  for (let index = 1; index < number; index++) {
    const slash = topic.indexOf('/', from)
    if (slash < 0) return undefined
    from = slash + 1
  }
  const end = topic.indexOf('/', from)
  return end < 0 ? topic.slice(from) : topic.slice(from, end)
}

/** The functions that rules call most, by their names in lower case. */
export const INLINE: ReadonlyMap<string, Inline> = new Map([
  ['topic', level],
  ['abs', ofNumber((name) => `Math.abs(${name})`)],
  ['floor', ofNumber((name) => `Math.floor(${name}) + 0`)],
  ['ceil', ofNumber((name) => `Math.ceil(${name}) + 0`)],
  ['startswith', ofTexts('startsWith')],
  ['endswith', ofTexts('endsWith')],
  ['isundefined', (_, [arg]) => (arg === undefined ? undefined : booleanCode(`(${arg.js} === void 0)`))],
  ['isnull', (_, [arg]) => (arg === undefined ? undefined : booleanCode(`(${arg.js} === null)`))],
])
