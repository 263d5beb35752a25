import { arch, platform } from 'node:os'
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

function fitsJava(wanted: Manifest['platform'], device: PlatformAttributes): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    if (value === null || value === '*') return true
    const isKeyword = key === 'os' || key === 'architecture'
    if (isKeyword && (value === 'all' || value === 'any')) return true
    const actual = device[key]
    if (actual === undefined || actual === '' || value === '') return false
    const isExpression = value.length >= 2 && value.startsWith('/') && value.endsWith('/')
    return isExpression ? new RegExp(`^(?:${value.slice(1, -1)})$`).test(actual) : actual === value
  })
}

/** Lite asks for `os` and `runtime`, and knows neither expressions nor `all`. */
function fitsLite(wanted: Manifest['platform'], device: PlatformAttributes): boolean {
  if (wanted['os'] === undefined || wanted['runtime'] === undefined) return false
  return ['os', 'runtime', 'architecture'].every((key) => {
    const value = wanted[key]
    return value === undefined || value === '*' || value === device[key]
  })
}
