import * as z from 'zod'
import { invalid } from './api/errors.ts'
import { labelOf, ok, readBodyAs } from './api/operation.ts'
import type { OperationTable } from './api/route.ts'

/** "Tag restrictions": 50 tags, keys of 128 and values of 256 characters, none that AWS keeps for itself. */
const TAGS_MAX = 50
export const Tags = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .regex(/^(?!aws:)/, 'Keys that begin with aws: are reserved'),
    z.string().max(256),
  )
  .refine((tags) => Object.keys(tags).length <= TAGS_MAX, `At most ${TAGS_MAX} tags`)
type Tags = Readonly<Record<string, string>>

/** Something that bears tags. */
export interface Tagged {
  readonly tags: Tags
  setTags(tags: Tags): Promise<void>
}

/** Tags of anything that has an ARN. @param find throws an ApiError where there is no such resource */
export function tagOperations(find: (arn: string) => Tagged): OperationTable {
  return {
    'GET /tags/{resourceArn}': (request) => ok({ tags: find(labelOf(request, 'resourceArn')).tags }),
    'POST /tags/{resourceArn}': async (request) => {
      const resource = find(labelOf(request, 'resourceArn'))
      const { tags } = readBodyAs(request, z.object({ tags: Tags }))
      const merged = { ...resource.tags, ...tags }
      if (Object.keys(merged).length > TAGS_MAX) {
        throw invalid(`A resource has at most ${TAGS_MAX} tags`, [{ name: 'tags', message: 'Too many' }])
      }
      await resource.setTags(merged)
      return ok({})
    },
    'DELETE /tags/{resourceArn}': async (request) => {
      const resource = find(labelOf(request, 'resourceArn'))
      const keys = request.query.get('tagKeys') ?? []
      if (keys.length === 0) {
        throw invalid('tagKeys must be given', [{ name: 'tagKeys', message: 'Member must not be null' }])
      }
      const left = Object.entries(resource.tags).filter(([key]) => !keys.includes(key))
      await resource.setTags(Object.fromEntries(left))
      return ok({})
    },
  }
}
