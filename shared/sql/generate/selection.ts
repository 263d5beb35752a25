import { setPath } from '../operators/query.ts'
import type { Item, Selection } from '../syntax.ts'
import { isObject, type SqlObject, type SqlValue, setMember } from '../value.ts'
import { type Code, quote } from './code.ts'
import type { Generator } from './generator.ts'

/** Statements that return what a selection makes. */
export function selectionBody(generator: Generator, selection: Selection): string {
  if (selection.kind === 'value') return `return ${generator.value(selection.expression).js};`
  const { items } = selection
  if (items.length === 1 && items[0]?.expression === undefined)
    return `return ${generator.names.whole(0).js};`
  const shape = shapeOf(items)
  return shape === undefined ? growingBody(generator, items) : shapedBody(generator, items, shape)
}

/** Where each item stands in the output: its number, or the members of an object on the way. */
type Shape = Map<string, number | Shape>

/** Undefined where the output does not follow from the items alone: `*`, or a path that is, or leads through, another. */
function shapeOf(items: readonly Item[]): Shape | undefined {
  const shape: Shape = new Map()
  for (const [index, { expression, path }] of items.entries()) {
    if (expression === undefined) return undefined
    let level = shape
    for (const key of path.slice(0, -1)) {
      const next = level.get(key) ?? new Map()
      if (typeof next === 'number') return undefined
      level.set(key, next)
      level = next
    }
    const last = path.at(-1) ?? ''
    if (level.has(last)) return undefined
    level.set(last, index)
  }
  return shape
}

/** All items at once where all of them have a value: outputs of one statement then have one shape. */
function shapedBody(generator: Generator, items: readonly Item[], shape: Shape): string {
  const { unit } = generator
  const parts = items.flatMap(({ expression, path }) => {
    if (expression === undefined) return []
    const code = generator.value(expression)
    return [{ path, code, ...unit.once(code) }]
  })
  const write = (level: Shape): string => {
    const members = [...level].map(([key, part]) => {
      const js = typeof part === 'number' ? (parts[part]?.get ?? 'void 0') : write(part)
      return `${memberKey(key)}: ${js}`
    })
    return `{ ${members.join(', ')} }`
  }
  const computed = parts.filter(({ set, get }) => set !== get).map(({ set }) => `${set};\n`)
  const doubtful = parts.filter(({ code }) => !isDefined(code))
  const whole = `return ${write(shape)};`
  if (doubtful.length === 0) return `${computed.join('')}${whole}`
  const test = doubtful.map(({ get }) => `${get} !== void 0`).join(' && ')
  const one = parts.map(({ path, get }) => `if (${get} !== void 0) ${assign(generator, path, get)};\n`)
  return `${computed.join('')}if (${test}) ${whole}\nconst o = {};\n${one.join('')}return o;`
}

const isDefined = ({ type, constant }: Code): boolean =>
  constant === undefined ? type === 'number' || type === 'text' : constant.value !== undefined

/** In an object literal `__proto__` is a member only when it is computed. */
const memberKey = (key: string): string => (key === '__proto__' ? `[${quote(key)}]` : quote(key))

/** Item by item, where `*`, paths of several levels or repeated keys are involved. */
function growingBody(generator: Generator, items: readonly Item[]): string {
  const { unit, names } = generator
  const whole = items.some(({ expression }) => expression === undefined) ? names.whole(0).js : ''
  const startsWhole = items[0]?.expression === undefined
  const start = startsWhole ? `${unit.call(isObject, whole)} ? { ...${whole} } : {}` : '{}'
  const steps = items.slice(startsWhole ? 1 : 0).map(({ expression, path }) => {
    if (expression === undefined) return `${unit.call(copyMembers, 'o', whole)};\n`
    const name = unit.temp()
    const { js } = generator.value(expression)
    return `if ((${name} = ${js}) !== void 0) ${assign(generator, path, name)};\n`
  })
  return `const o = ${start};\n${steps.join('')}return o;`
}

function assign({ unit }: Generator, path: readonly string[], js: string): string {
  const [key] = path
  if (path.length > 1 || key === undefined || key === '__proto__') {
    return unit.call(setPath, 'o', unit.constant(path), js)
  }
  return `o[${quote(key)}] = ${js}`
}

function copyMembers(target: SqlObject, whole: SqlValue): void {
  if (!isObject(whole)) return
  for (const [key, value] of Object.entries(whole)) setMember(target, key, value)
}
