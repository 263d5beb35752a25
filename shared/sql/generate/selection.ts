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
  const isFlat = items.every(({ expression, path }) => expression !== undefined && path.length === 1)
  const keys = new Set(items.map(({ path }) => path[0]))
  return isFlat && keys.size === items.length ? flatBody(generator, items) : growingBody(generator, items)
}

/** All items at once where all of them have a value: objects of one statement then have one shape. */
function flatBody(generator: Generator, items: readonly Item[]): string {
  const { unit } = generator
  const parts = items.flatMap(({ expression, path }) => {
    if (expression === undefined) return []
    const code = generator.value(expression)
    const name = path[0] ?? ''
    return [{ name, key: memberKey(name), code, ...unit.once(code) }]
  })
  const computed = parts.filter(({ set, get }) => set !== get).map(({ set }) => `${set};\n`)
  const doubtful = parts.filter(({ code }) => !isDefined(code))
  const whole = `return { ${parts.map(({ key, get }) => `${key}: ${get}`).join(', ')} };`
  if (doubtful.length === 0) return `${computed.join('')}${whole}`
  const test = doubtful.map(({ get }) => `${get} !== void 0`).join(' && ')
  const one = parts.map(({ name, get }) => `if (${get} !== void 0) ${assign(generator, [name], get)};\n`)
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
