import { arch, platform } from 'node:os'
import { RE2JS, RE2JSException } from 're2js'
import type { FlavourName } from '../flavour.ts'
import type { Manifest } from './recipe.ts'

/** What a core device says of itself, such as `{ os: 'linux', architecture: 'amd64' }`. */
export type PlatformAttributes = Readonly<Record<string, string>>

const OS_NAMES: Readonly<Record<string, string>> = { win32: 'windows' }
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'aarch64', ia32: 'x86' }

/** This machine, in the words of Greengrass. Only nucleus lite defines `runtime`. */
export function describePlatform(flavour: FlavourName): PlatformAttributes {
  return {
    os: OS_NAMES[platform()] ?? platform(),
    architecture: ARCHITECTURES[arch()] ?? arch(),
    ...(flavour === 'lite' ? { runtime: 'aws_nucleus_lite' } : {}),
  }
}

/** The first manifest of which every platform key fits the device. */
export function chooseManifest<Candidate extends Pick<Manifest, 'platform'>>(
  manifests: readonly Candidate[],
  device: PlatformAttributes,
  flavour: FlavourName,
): Candidate | undefined {
  const fits = flavour === 'java' ? fitsJava : fitsLite
  return manifests.find((manifest) => fits(manifest.platform, device))
}

/** Others are kept free for later meanings, and fit nothing. */
const SIMPLE_LABEL = /^[a-zA-Z0-9]/

function fitsJava(wanted: Manifest['platform'], device: PlatformAttributes): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    if (value === null || value === '*') return true
    const isKeyword = key === 'os' || key === 'architecture'
    if (isKeyword && (value === 'all' || value === 'any')) return true
    const actual = device[key]
    if (actual === undefined || actual === '' || value === '') return false
    const isExpression = value.length >= 2 && value.startsWith('/') && value.endsWith('/')
    if (isExpression) return matchesWhole(value.slice(1, -1), actual)
    return SIMPLE_LABEL.test(value) && actual === value
  })
}

/**
 * An expression of Java's, which has to match the whole text. RE2 knows Java's flags and classes and takes linear
 * time; what looks ahead or refers back it does not know, and JavaScript reads that as Java does.
 */
function matchesWhole(expression: string, text: string): boolean {
  try {
    return RE2JS.matches(expression, text)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
  }
  try {
    return new RegExp(`^(?:${expression})$`).test(text)
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** Lite asks for `os` and `runtime`, and knows neither expressions nor `all`. */
function fitsLite(wanted: Manifest['platform'], device: PlatformAttributes): boolean {
  if (wanted['os'] === undefined || wanted['runtime'] === undefined) return false
  return ['os', 'runtime', 'architecture'].every((key) => {
    const value = wanted[key]
    return value === undefined || value === '*' || value === device[key]
  })
}
