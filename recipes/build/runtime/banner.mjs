const COMMON = `
import { createRequire as __createRequire } from 'node:module'
import { existsSync as __existsSync } from 'node:fs'
import { dirname as __dirnameOf, resolve as __resolve } from 'node:path'
import { fileURLToPath as __fileURLToPath } from 'node:url'
const __filename = __fileURLToPath(import.meta.url)
const __dirname = __dirnameOf(__filename)
const require = __createRequire(import.meta.url)
`

/**
 * Opens every bundle of a component. The files of genba.Runtime are looked up, in this order: where `GENBA_NATIVE`
 * says; in the link that genba.Runtime leaves in its work folder, next to the component's own; where the build puts
 * them beside the component, so that a bundle starts in dist/ against any server that speaks the protocol.
 */
export const COMPONENT_BANNER = `${COMMON}
const __runtime = (() => {
  const built = \`../../genba.Runtime/Runtime-\${process.platform}-\${process.arch}\`
  const places = [process.env.GENBA_NATIVE, __resolve('../genba.Runtime/native'), __resolve(__dirname, built)]
  const place = places.find((path) => path && __existsSync(__resolve(path, 'libraries')))
  if (place === undefined) {
    throw new Error(\`genba.Runtime is not there; looked in \${places.filter(Boolean).join(', ')}\`)
  }
  return __resolve(place)
})()
const __native = __createRequire(__resolve(__runtime, 'package.json'))
const __library = (file, module) => {
  const exported = __existsSync(__resolve(__runtime, file)) ? __native(__resolve(__runtime, file))[module] : undefined
  if (exported !== undefined) return exported
  throw new Error(\`\${module} is not in the genba.Runtime at \${__runtime}; deploy a newer genba.Runtime\`)
}
`

/**
 * Opens every bundle that only a developer runs: everything but the native packages is in it, and those are where
 * `GENBA_NATIVE` says, or beside it in node_modules.
 */
export const TOOL_BANNER = `${COMMON}
const __place = process.env.GENBA_NATIVE
const __native = __place ? __createRequire(__resolve(__place, 'package.json')) : require
`
