import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

/**
 * What `gdk` checks gdk-config.json against, in the facts of its schema (aws-greengrass-gdk-cli
 * gdk/static/config_schema.json): one component with these four members; a custom build names its command.
 */
const Version = z.union([z.literal('NEXT_PATCH'), z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?(\+[\w.]+)?$/)])
const Command = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
const Build = z.discriminatedUnion('build_system', [
  z.strictObject({
    build_system: z.literal('custom'),
    custom_build_command: Command,
    options: z.looseObject({}).optional(),
  }),
  z.strictObject({
    build_system: z.enum(['zip', 'maven', 'gradle', 'gradlew']),
    options: z
      .object({ zip_name: z.string().optional(), excludes: z.array(z.string()).optional() })
      .optional(),
  }),
])
const Publish = z.strictObject({
  bucket: z.string().min(1),
  region: z.string().min(1),
  options: z.object({ file_upload_args: z.record(z.string(), z.unknown()).optional() }).optional(),
})
const Component = z.strictObject({
  author: z.string().min(1),
  version: Version,
  build: Build,
  publish: Publish,
})
const Config = z.strictObject({
  component: z
    .record(z.string().regex(/^[a-zA-Z0-9\-_.]{1,128}$/), Component)
    .refine((components) => Object.keys(components).length === 1, 'exactly one component'),
  'test-e2e': z.looseObject({}).optional(),
  gdk_version: z.string().regex(/^\d+\.\d+\.\d+$/),
})

const config = Config.parse(JSON.parse(readFileSync('gdk-config.json', 'utf8')))
const [[name, component] = ['', undefined]] = Object.entries(config.component)
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')))
const Named = z.object({
  ComponentName: z.string(),
  ComponentVersion: z.string(),
  ComponentPublisher: z.string(),
})

describe('gdk-config.json', () => {
  it('names the component whose recipe lies beside it, with the same version and author', () => {
    expect(['recipe.json', 'recipe.yaml'].filter((file) => existsSync(file))).toEqual(['recipe.json'])
    const recipe = Named.parse(JSON.parse(readFileSync('recipe.json', 'utf8')))
    expect(recipe).toEqual({
      ComponentName: name,
      ComponentVersion: component?.version,
      ComponentPublisher: component?.author,
    })
  })

  it('builds by a script of the project, as a list, since gdk starts it without a shell', () => {
    const build = component?.build
    const command = build?.build_system === 'custom' ? build.custom_build_command : ''
    expect(command).toEqual(['npm', 'run', expect.any(String)])
    expect(Object.keys(scripts)).toContain(command[2])
  })
})
