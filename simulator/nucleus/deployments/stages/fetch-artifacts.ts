import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { PlannedComponent } from '../../recipe/planned-component.ts'
import type { Artifact } from '../../recipe/recipe.ts'
import { DeploymentFailure } from '../failure/deployment-failure.ts'
import type { Candidate } from '../sources/candidate.ts'
import { CloudUnreachable, type ComponentCloud } from '../sources/component-cloud.ts'
import { digestOf } from '../sources/digest.ts'
import type { PackageStore } from '../sources/package-store.ts'
import { unarchiveZip } from '../sources/unarchive.ts'

/** A candidate that has been chosen, with its manifest. */
export interface TargetComponent extends PlannedComponent {
  readonly candidate: Candidate
}

export interface ArtifactContext {
  readonly packages: PackageStore
  readonly cloud: ComponentCloud
  readonly signal: AbortSignal
  /** ARN of a component version that is not known to come from the cloud. */
  readonly arnOf: (name: string, version: string) => string
}

/** What must stay free on the disk: the Java nucleus stops deploying below 20 MB. */
const RESERVE_BYTES = 20 * 1024 * 1024

/** Artifacts that are not there yet as the recipe wants them. */
export function missingArtifacts(component: TargetComponent, packages: PackageStore): readonly Artifact[] {
  const { name, version, candidate, manifest } = component
  // Linked build output is what it is; a recipe of the cloud wants its own files in its place.
  if (candidate.source.kind === 'packages' && packages.isLinked(name, version)) return []
  return manifest.artifacts.filter((artifact) => {
    const given = localFile(component, artifact)
    if (given !== undefined) return !fits(artifact, readFileSync(given))
    const kept = packages.readArtifact(name, version, fileOf(artifact))
    return kept === undefined || !fits(artifact, kept)
  })
}

/**
 * Makes the packages of one version complete: copies what the request's folder has, downloads what is missing,
 * checks every digest, and unpacks. The version's folders change only when all of it has worked.
 * @throws DeploymentFailure
 */
export async function fetchArtifacts(component: TargetComponent, context: ArtifactContext): Promise<void> {
  const { name, version, candidate } = component
  const { packages } = context
  const missing = missingArtifacts(component, packages)
  if (
    candidate.source.kind === 'directory' ||
    missing.length > 0 ||
    !existsSync(packages.artifactsPath(name, version))
  ) {
    await packages.install(name, version, async ({ artifacts, unarchived }) => {
      copyGiven(component, artifacts)
      for (const artifact of component.manifest.artifacts) {
        const path = join(artifacts, fileOf(artifact))
        if (!existsSync(path)) await obtain(component, artifact, path, context)
        unpack(artifact, path, unarchived)
      }
    })
  }
}

/** A local deployment brings the whole folder of the version along, whether the recipe lists a file or not. */
function copyGiven({ name, version, candidate: { source } }: TargetComponent, artifacts: string): void {
  if (source.kind !== 'directory' || source.artifactsDirectoryPath === undefined) return
  const given = join(source.artifactsDirectoryPath, name, version)
  if (existsSync(given)) cpSync(given, artifacts, { recursive: true })
}

async function obtain(
  component: TargetComponent,
  artifact: Artifact,
  path: string,
  { packages, ...context }: ArtifactContext,
): Promise<void> {
  const { name, version } = component
  const kept = packages.readArtifact(name, version, fileOf(artifact))
  if (kept !== undefined && fits(artifact, kept)) {
    copyFileSync(join(packages.artifactsPath(name, version), fileOf(artifact)), path)
    return
  }
  await download(component, artifact, path, context)
}

async function download(
  { name, version, candidate: { source } }: TargetComponent,
  artifact: Artifact,
  path: string,
  { cloud, signal, arnOf }: Omit<ArtifactContext, 'packages'>,
): Promise<void> {
  const arn = source.kind === 'cloud' ? source.arn : arnOf(name, version)
  const body = await cloud.open(arn, artifact, signal).catch((error: unknown) => {
    if (!(error instanceof CloudUnreachable)) throw error
    throw new DeploymentFailure(
      ['ARTIFACT_DOWNLOAD_ERROR', 'NETWORK_ERROR'],
      `${artifact.uri} of ${name} ${version} is not on this core, and the cloud cannot be reached`,
      { cause: error },
    )
  })
  checkDisk(path, body.sizeBytes ?? 0)
  const temporary = `${path}.part`
  const hash = createHash('sha256')
  const file = await open(temporary, 'w', artifact.isExecutable ? 0o755 : 0o644)
  try {
    for await (const chunk of body.chunks) {
      signal.throwIfAborted()
      hash.update(chunk)
      await file.write(chunk)
    }
  } catch (cause) {
    rmSync(temporary, { force: true })
    if (signal.aborted) throw cause
    throw new DeploymentFailure(
      ['ARTIFACT_DOWNLOAD_ERROR', 'NETWORK_ERROR'],
      `the download of ${artifact.uri} broke off`,
      { cause },
    )
  } finally {
    await file.close()
  }
  checkDigest(artifact, hash.digest('base64'))
  renameSync(temporary, path)
}

function checkDisk(path: string, neededBytes: number): void {
  const { bavail, bsize } = statfsSync(join(path, '..'))
  if (bavail * bsize - neededBytes >= RESERVE_BYTES) return
  throw new DeploymentFailure(
    ['ARTIFACT_DOWNLOAD_ERROR', 'IO_ERROR', 'DISK_SPACE_CRITICAL'],
    `the disk has ${bavail * bsize} bytes free; ${neededBytes} are needed, and ${RESERVE_BYTES} must stay free`,
  )
}

/** @throws DeploymentFailure ARTIFACT_CHECKSUM_MISMATCH */
function checkDigest({ uri, digest }: Artifact, received: string): void {
  if (digest === undefined || received === digest) return
  throw new DeploymentFailure(
    ['ARTIFACT_DOWNLOAD_ERROR', 'ARTIFACT_CHECKSUM_MISMATCH'],
    `${uri} is not what its recipe says: expected SHA-256 ${digest}, received ${received}`,
  )
}

function unpack(artifact: Artifact, path: string, unarchived: string): void {
  const bytes =
    artifact.digest === undefined && artifact.unarchive === 'NONE' ? undefined : readFileSync(path)
  if (bytes === undefined) return
  checkDigest(artifact, digestOf(bytes))
  if (artifact.unarchive === 'NONE') return
  // The folder is named after the file without its extension.
  const folder = join(unarchived, basename(path).replace(/\.[^.]*$/, ''))
  mkdirSync(folder, { recursive: true })
  unarchiveZip(bytes, folder, artifact.isExecutable)
}

function localFile(
  { name, version, candidate: { source } }: TargetComponent,
  artifact: Artifact,
): string | undefined {
  if (source.kind !== 'directory' || source.artifactsDirectoryPath === undefined) return undefined
  const path = join(source.artifactsDirectoryPath, name, version, fileOf(artifact))
  return existsSync(path) ? path : undefined
}

const fits = ({ digest }: Artifact, bytes: Uint8Array): boolean =>
  digest === undefined || digestOf(bytes) === digest

/** The name under which an artifact lies in the version's folder. */
const fileOf = ({ uri }: Artifact): string => basename(uri.replace(/^[a-z\d]+:/i, ''))
