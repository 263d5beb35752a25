import * as z from 'zod'
import type { JsonObject } from '../../shared/bytes/json.ts'
import { isObject } from './section.ts'

/** As it is: members may be called like something that every object inherits. */
const Json = z.custom<JsonObject>(isObject)
const StoredSection = z.object({ state: Json, metadata: Json })

/** A `Shadow` as it is read back from a file. */
export const StoredShadow = z.object({
  desired: StoredSection.exactOptional(),
  reported: StoredSection.exactOptional(),
  version: z.int(),
  deletedS: z.number().exactOptional(),
})
