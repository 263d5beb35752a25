import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../paths.mjs'

const LICENSE_FILE = /^(licen[cs]e|copying|notice)/i
const RULE = '='.repeat(80)

/**
 * What the licenses of the packages ask of whoever passes them on: their own words, beside the code.
 *
 * @param {readonly string[]} packages folders relative to the project
 */
export function noticesOf(packages) {
  const parts = [...new Set(packages)].sort().map(noticeOf)
  return `genba.Runtime carries these packages.\n\n${parts.join('\n')}`
}

/** @param {string} folder */
function noticeOf(folder) {
  const path = join(ROOT, folder)
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const texts = readdirSync(path)
    .filter((file) => LICENSE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(path, file), 'utf8').trim())
  const said = texts.length > 0 ? texts.join('\n\n') : `License: ${license}`
  return `${RULE}\n${name} ${version} (${license})\n${RULE}\n${said}\n`
}

/** @param {string} folder relative to the project */
export const isPackage = (folder) => existsSync(join(ROOT, folder, 'package.json'))
