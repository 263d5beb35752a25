import { prepareOrExit } from './prepare.mjs'

/** What `npm run NAME -- ARGUMENTS` starts once everything is built. */
const PROGRAMS = new Map([
  ['bench', '../../dist/bench/main.mjs'],
  ['sim', '../../dist/sim.mjs'],
  ['crash', '../../dist/crash.mjs'],
  ['release:fixture', '../../dist/release.mjs'],
  ['updates', '../../dist/updates.mjs'],
  ['conformance', '../../dist/conformance.mjs'],
])

const [name = '', ...rest] = process.argv.slice(2)
const program = PROGRAMS.get(name)
if (program === undefined) {
  process.stderr.write(`genba: no program "${name}"; there are ${[...PROGRAMS.keys()].join(' and ')}\n`)
  process.exit(2)
}
await prepareOrExit()
process.argv.splice(2, process.argv.length, ...rest)
await import(new URL(program, import.meta.url).href)
