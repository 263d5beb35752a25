import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DIST, ROOT } from './paths.mjs'
import { prepareOrExit } from './prepare.mjs'

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly string[]} command a program of node_modules, and its arguments
 * @property {() => { passed: number, failed: number } | undefined} [counts] when the check is more than one
 *
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 */

const VITEST_REPORT = join(DIST, 'test-report.json')

/**
 * Run one after the other beside the tests: all at once they would only take turns on two cores.
 *
 * @type {readonly Check[]}
 */
const STATIC_CHECKS = [
  { name: 'lint', command: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'types', command: ['typescript/bin/tsc', '--noEmit'] },
  {
    name: 'imports',
    command: [
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...['components', 'shared', 'simulator', 'recipes', 'bench'],
    ],
  },
  { name: 'dead code', command: ['knip/bin/knip.js'] },
]

/** @type {Check} */
const TESTS = {
  name: 'tests',
  command: [
    'vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${VITEST_REPORT}`,
  ],
  counts: () => {
    const report = JSON.parse(readFileSync(VITEST_REPORT, 'utf8'))
    // A file that cannot be loaded has no tests to fail, so it counts as one.
    const unloaded = report.testResults.filter(
      (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
        file.status === 'failed' && file.assertionResults.length === 0,
    ).length
    return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded }
  },
}

const startedMs = performance.now()
await prepareOrExit()
rmSync(VITEST_REPORT, { force: true })
const outcomes = await Promise.all([runInTurn(STATIC_CHECKS), run(TESTS)])
const all = outcomes.flat()
const passed = all.reduce((sum, outcome) => sum + outcome.passed, 0)
const failed = all.reduce((sum, outcome) => sum + outcome.failed, 0)
console.log(`\n${seconds(startedMs)} in all\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** @param {readonly Check[]} checks */
async function runInTurn(checks) {
  const done = []
  for (const check of checks) done.push(await run(check))
  return done
}

/**
 * One line when it passes, everything it said when it does not.
 *
 * @param {Check} check
 * @returns {Promise<Outcome>}
 */
async function run({ name, command, counts }) {
  const beganMs = performance.now()
  const { code, output } = await capture(command)
  const counted = countOf(code, counts)
  const passes = code === 0 && counted.failed === 0
  const tally = counts === undefined ? '' : `, ${counted.passed} passed, ${counted.failed} failed`
  console.log(`${passes ? 'ok    ' : 'FAILED'} ${name} (${seconds(beganMs)}${tally})`)
  if (!passes) console.log(output.trimEnd())
  return counted
}

/**
 * @param {number} code
 * @param {Check['counts']} counts
 * @returns {Outcome}
 */
function countOf(code, counts) {
  const plain = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  if (counts === undefined) return plain
  try {
    const counted = counts() ?? plain
    // A run that fails although every test passed (an unhandled rejection, say) is a failure all the same.
    return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
  } catch {
    return plain
  }
}

/**
 * @param {readonly string[]} command
 * @returns {Promise<{ code: number, output: string }>}
 */
function capture([program = '', ...args]) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** @param {number} sinceMs */
function seconds(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`
}
