import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPackages, PLATFORMS } from './packages/build-packages.mjs'
import { ROOT } from './paths.mjs'
import { prepareOrExit } from './prepare.mjs'

/** @typedef {import('./packages/build-packages.mjs').Artifact} Artifact */
/** @typedef {import('./packages/build-packages.mjs').Platform} Platform */

const HELP = `Usage: npm run build:components -- [options]

Builds every component as Greengrass takes it: recipes and archives, in greengrass-build/.

Options:
  --out DIR        another folder; recipes/ and artifacts/ in it are made anew
  --platform P     archives of genba.Runtime for this platform alone; may be repeated
                   (${Object.keys(PLATFORMS).join(', ')}; default: all)
  --json           print one JSON object with the sizes and digests
  --help

Examples:
  npm run build:components
  npm run build:components -- --platform linux-arm64 --out /tmp/for-the-pi

Next: genba publish, gdk component publish, or genba deploy --recipe-dir greengrass-build/recipes …
Exit codes: 0 done, 1 failed, 2 wrong usage.
`

const options = readOptions()
await prepareOrExit()
try {
  const artifacts = await buildPackages(await import('esbuild'), options)
  const out = relative(process.cwd(), options.out) || '.'
  if (options.json) console.log(JSON.stringify({ v: 1, out: options.out, artifacts }))
  else console.log(`${tableOf(artifacts)}\nrecipes and archives are in ${out}`)
} catch (error) {
  process.stderr.write(`genba: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: join(ROOT, 'greengrass-build') },
        platform: { type: 'string', multiple: true, default: Object.keys(PLATFORMS) },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(HELP)
      process.exit(0)
    }
    return { out: resolve(values.out), platforms: values.platform.map(asPlatform), json: values.json }
  } catch (error) {
    process.stderr.write(`genba: ${error instanceof Error ? error.message : error}\n\n${HELP}`)
    return process.exit(2)
  }
}

/**
 * @param {string} text
 * @returns {Platform}
 */
function asPlatform(text) {
  if (text in PLATFORMS) return /** @type {Platform} */ (text)
  throw new Error(`there is no platform "${text}"; there are ${Object.keys(PLATFORMS).join(', ')}`)
}

/** @param {readonly Artifact[]} artifacts */
function tableOf(artifacts) {
  const rows = artifacts.map(({ component, version, file, sizeBytes }) =>
    [
      `${component} ${version}`.padEnd(24),
      file.padEnd(26),
      `${(sizeBytes / 1000).toFixed(1)} KB`.padStart(10),
    ].join(' '),
  )
  return rows.join('\n')
}
