import { createHash } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateComponentVersionCommand,
  DeleteComponentCommand,
  DescribeComponentCommand,
  GetComponentCommand,
  GetComponentVersionArtifactCommand,
  ListComponentsCommand,
  ListComponentVersionsCommand,
  paginateListComponents,
  ResolveComponentCandidatesCommand,
} from '@aws-sdk/client-greengrassv2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { eventually } from '../../../support/genba-process.ts'
import { type CloudWorld, recipe, startCloudWorld } from './cloud-world.ts'

let world: CloudWorld
beforeAll(async () => {
  world = await startCloudWorld()
})
afterAll(() => world.close())

const create = (inlineRecipe: Uint8Array, more = {}) =>
  world.greengrass.send(new CreateComponentVersionCommand({ inlineRecipe, ...more }))
const describeArn = (arn: string) => world.greengrass.send(new DescribeComponentCommand({ arn }))
const ended = (arn: string) =>
  eventually('the end of the creation', 10_000, async () => {
    const component = await describeArn(arn)
    return component.status?.componentState === 'REQUESTED' ? undefined : component
  })
const arnOf = (name: string, version: string) =>
  `arn:aws:greengrass:ap-northeast-1:123456789012:components:${name}:versions:${version}`
/** Creates a component and waits until it is deployable. */
async function publish(name: string, version: string, more = {}) {
  await create(recipe(name, version, more))
  const component = await ended(arnOf(name, version))
  expect(component.status?.componentState).toBe('DEPLOYABLE')
}

describe('components of the simulated Greengrass', () => {
  it('are requested, become deployable and can be described', async () => {
    const created = await create(recipe('press.Watch', '1.0.0'), { tags: { line: '3' } })
    expect(created).toMatchObject({
      arn: arnOf('press.Watch', '1.0.0'),
      componentName: 'press.Watch',
      componentVersion: '1.0.0',
      creationTimestamp: expect.any(Date),
      status: { componentState: 'REQUESTED', message: 'NONE' },
      $metadata: { httpStatusCode: 201 },
    })
    expect(await ended(arnOf('press.Watch', '1.0.0'))).toMatchObject({
      publisher: 'Genba',
      description: 'Watches the press',
      platforms: [{ name: 'any', attributes: { os: 'linux', runtime: '*' } }],
      status: { componentState: 'DEPLOYABLE', errors: {} },
      tags: { line: '3' },
    })
  })

  it('have the digest of their artifacts in the recipe, whatever stood there', async () => {
    const Uri = await world.putArtifact('press/1.0.0/main.zip', 'bytes of the artifact')
    const Artifacts = [{ Uri, Unarchive: 'ZIP', Digest: 'wrong', Algorithm: 'MD5' }]
    await publish('press.Digest', '1.0.0', {
      Manifests: [{ Platform: { os: 'linux', runtime: '*' }, Lifecycle: { run: 'true' }, Artifacts }],
    })
    const { recipe: bytes } = await world.greengrass.send(
      new GetComponentCommand({ arn: arnOf('press.Digest', '1.0.0') }),
    )
    const document = JSON.parse(Buffer.from(bytes ?? []).toString())
    const Digest = createHash('sha256').update('bytes of the artifact').digest('base64')
    expect(document.Manifests[0].Artifacts).toEqual([{ Uri, Unarchive: 'ZIP', Digest, Algorithm: 'SHA-256' }])
  })

  it('come as JSON or YAML, and go as either', async () => {
    const document = JSON.parse(recipe('press.Yaml', '1.0.0').toString())
    await create(Buffer.from(stringify(document)))
    const arn = arnOf('press.Yaml', '1.0.0')
    const get = async (recipeOutputFormat?: 'JSON' | 'YAML') => {
      const command = new GetComponentCommand({ arn, ...(recipeOutputFormat && { recipeOutputFormat }) })
      const answer = await world.greengrass.send(command)
      return [answer.recipeOutputFormat, Buffer.from(answer.recipe ?? []).toString()] as const
    }
    const [format, text] = await get()
    expect([format, parse(text)]).toEqual(['YAML', document])
    expect(JSON.parse((await get('JSON'))[1])).toEqual(document)
  })

  it('are refused with the faulty place of the recipe', async () => {
    const faulty = create(recipe('press.Faulty', 'one'))
    await expect(faulty).rejects.toMatchObject({
      name: 'ValidationException',
      reason: 'FIELD_VALIDATION_FAILED',
      fields: [{ name: '/ComponentVersion', message: expect.stringContaining('semantic version') }],
    })
    await expect(create(Buffer.from('{'))).rejects.toMatchObject({ reason: 'CANNOT_PARSE' })
    await expect(create(Buffer.from('a: [b'))).rejects.toMatchObject({ reason: 'CANNOT_PARSE' })
    await expect(
      world.greengrass.send(
        new CreateComponentVersionCommand({ lambdaFunction: { lambdaArn: 'arn:aws:lambda:x' } }),
      ),
    ).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('are refused where an artifact is missing or the version is there', async () => {
    const Artifacts = [{ Uri: 's3://artifacts/nowhere.zip' }]
    const missing = recipe('press.Missing', '1.0.0', { Manifests: [{ Artifacts }] })
    await expect(create(missing)).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'Invalid Input: Encountered following errors in Artifacts: {s3://artifacts/nowhere.zip = Specified artifact resource cannot be accessed}',
    })
    await publish('press.Twice', '1.0.0')
    await expect(create(recipe('press.Twice', '1.0.0'))).rejects.toMatchObject({
      name: 'ConflictException',
      message: expect.stringContaining(
        'Component [press.Twice : 1.0.0] for account [123456789012] already exists',
      ),
      resourceType: 'component',
      $metadata: { httpStatusCode: 409 },
    })
  })

  it('fail when an artifact cannot be read after all', async () => {
    const data = join(world.folder.path, 'cloud', 's3', 'contents', 'artifacts', 'data')
    const before = new Set(readdirSync(data))
    const Uri = await world.putArtifact('broken.zip', 'x')
    for (const file of readdirSync(data)) if (!before.has(file)) rmSync(join(data, file))
    await create(recipe('press.Broken', '1.0.0', { Manifests: [{ Artifacts: [{ Uri }] }] }))
    const component = await ended(arnOf('press.Broken', '1.0.0'))
    expect(component.status).toMatchObject({
      componentState: 'FAILED',
      errors: { [Uri]: expect.stringContaining('cannot be read') },
    })
  })

  it('are created once by one client token', async () => {
    const clientToken = 'a-token'
    const first = await create(recipe('press.Token', '1.0.0'), { clientToken })
    const again = await create(recipe('press.Token', '1.0.0'), { clientToken })
    expect(again.creationTimestamp).toEqual(first.creationTimestamp)
    await expect(create(recipe('press.Token', '1.0.1'), { clientToken })).rejects.toMatchObject({
      name: 'ConflictException',
    })
    const together = await Promise.allSettled(
      [1, 2].map(() => create(recipe('press.Race', '1.0.0'), { clientToken: 'race' })),
    )
    for (const result of together) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ name: 'RequestAlreadyInProgressException' })
    }
  })

  it('are listed by name with their newest version, in pages, and their versions newest first', async () => {
    for (const version of ['1.2.0', '1.10.0', '1.9.0']) await publish('aaa.First', version)
    const names: (string | undefined)[] = []
    const pages = paginateListComponents({ client: world.greengrass, pageSize: 2 }, {})
    for await (const page of pages) names.push(...(page.components ?? []).map((item) => item.componentName))
    expect(names).toEqual([...new Set(names)].sort())
    const { components, nextToken } = await world.greengrass.send(
      new ListComponentsCommand({ maxResults: 1 }),
    )
    expect(components).toMatchObject([
      {
        arn: 'arn:aws:greengrass:ap-northeast-1:123456789012:components:aaa.First',
        componentName: 'aaa.First',
        latestVersion: { componentVersion: '1.10.0', arn: arnOf('aaa.First', '1.10.0') },
      },
    ])
    expect(nextToken).toBeTypeOf('string')
    const versions = await world.greengrass.send(
      new ListComponentVersionsCommand({ arn: components?.[0]?.arn ?? '' }),
    )
    expect(versions.componentVersions?.map((item) => item.componentVersion)).toEqual([
      '1.10.0',
      '1.9.0',
      '1.2.0',
    ])
    for (const faulty of [{ maxResults: 101 }, { nextToken: 'x' }, { scope: 'OTHER' as 'PUBLIC' }]) {
      await expect(world.greengrass.send(new ListComponentsCommand(faulty))).rejects.toMatchObject({
        name: 'ValidationException',
        fields: [{ name: Object.keys(faulty)[0] }],
      })
    }
  })

  it('are gone when they are deleted', async () => {
    await publish('press.Gone', '1.0.0')
    const arn = arnOf('press.Gone', '1.0.0')
    await world.greengrass.send(new DeleteComponentCommand({ arn }))
    await expect(describeArn(arn)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      resourceId: arn,
      resourceType: 'component',
      $metadata: { httpStatusCode: 404 },
    })
    await expect(describeArn('arn:aws:s3:::x')).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('are there after a restart', async () => {
    await world.restart()
    expect((await describeArn(arnOf('aaa.First', '1.10.0'))).status?.componentState).toBe('DEPLOYABLE')
  })
})

describe('public components and artifacts', () => {
  it('are listed apart, and nobody deletes them', async () => {
    const list = () => world.greengrass.send(new ListComponentsCommand({ scope: 'PUBLIC' }))
    expect((await list()).components).toEqual([])
    const file = world.folder.write('cli.zip', 'public bytes')
    const Manifests = [{ Platform: { os: '*', runtime: '*' }, Artifacts: [{ Uri: 'greengrass:cli.zip' }] }]
    const text = recipe('aws.greengrass.Cli', '2.6.0', { Manifests }).toString()
    const arn = await world.cloud.addPublicComponent(text, { 'cli.zip': file })
    expect(arn).toBe('arn:aws:greengrass:ap-northeast-1:aws:components:aws.greengrass.Cli:versions:2.6.0')
    expect((await list()).components).toMatchObject([{ componentName: 'aws.greengrass.Cli' }])
    await expect(world.greengrass.send(new DeleteComponentCommand({ arn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    const command = new GetComponentVersionArtifactCommand({ arn, artifactName: 'cli.zip' })
    const { preSignedUrl } = await world.greengrass.send(command)
    expect(await (await fetch(preSignedUrl ?? '')).text()).toBe('public bytes')
  })

  it('come by a presigned address, also private ones with slashes in their name', async () => {
    const Uri = await world.putArtifact('deep/er/file.txt', 'private bytes')
    await publish('press.Artifact', '1.0.0', { Manifests: [{ Artifacts: [{ Uri }] }] })
    const get = (artifactName: string) =>
      world.greengrass.send(
        new GetComponentVersionArtifactCommand({ arn: arnOf('press.Artifact', '1.0.0'), artifactName }),
      )
    const { preSignedUrl } = await get('artifacts/deep/er/file.txt')
    expect(await (await fetch(preSignedUrl ?? '')).text()).toBe('private bytes')
    await expect(get('other.txt')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('ResolveComponentCandidates', () => {
  const resolve = (componentName: string, versionRequirements: Record<string, string>, attributes = linux) =>
    world.greengrass.send(
      new ResolveComponentCandidatesCommand({
        platform: { attributes },
        componentCandidates: [{ componentName, versionRequirements }],
      }),
    )
  const linux = { os: 'linux', architecture: 'amd64', runtime: 'aws_nucleus_lite' }

  it('chooses the highest version that all accept', async () => {
    for (const version of ['1.0.0', '1.5.2', '2.0.0']) await publish('press.Solved', version)
    const versionOf = async (requirements: Record<string, string>) =>
      (await resolve('press.Solved', requirements)).resolvedComponentVersions?.[0]?.componentVersion
    expect(await versionOf({})).toBe('2.0.0')
    expect(await versionOf({ a: '>=1.0.0 <2.0.0' })).toBe('1.5.2')
    expect(await versionOf({ a: '^1.0.0', 'thinggroup/x': '==1.0.0' })).toBe('1.0.0')
    const { resolvedComponentVersions } = await resolve('press.Solved', {})
    const text = Buffer.from(resolvedComponentVersions?.[0]?.recipe ?? []).toString()
    expect(JSON.parse(text)).toMatchObject({ ComponentVersion: '2.0.0' })
  })

  it('says in words that devices look for why there is none', async () => {
    await expect(resolve('press.Solved', { a: '^1.0.0', b: '^2.0.0' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message:
        'Component [press.Solved] has no usable version satisfying requirements [{a=^1.0.0, b=^2.0.0}]',
    })
    await expect(resolve('press.Unheard', {})).rejects.toMatchObject({
      message: expect.stringContaining('no usable version'),
    })
    await expect(
      resolve('press.Solved', {}, { os: 'windows', architecture: 'amd64', runtime: 'x' }),
    ).rejects.toMatchObject({
      message: expect.stringContaining(
        "doesn't claim platform [{os=windows, architecture=amd64, runtime=x}]",
      ),
    })
    await expect(resolve('press.Solved', { a: 'newest' })).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  it('hides a public component behind an own one of the same name', async () => {
    await publish('aws.greengrass.Cli', '2.0.0')
    const { resolvedComponentVersions } = await resolve('aws.greengrass.Cli', {})
    expect(resolvedComponentVersions?.[0]?.arn).toBe(arnOf('aws.greengrass.Cli', '2.0.0'))
  })
})
