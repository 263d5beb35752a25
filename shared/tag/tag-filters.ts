import * as z from 'zod'
import { TAG_BYTES_MAX } from '../frame/limits.ts'
import { isTagFilter } from './tag-filter.ts'

/** Each is asked once for every tag. */
const FILTERS_MAX = 64

const expected =
  'a tag, or a filter with + for one whole level and # alone at the end, such as line1/+/temperature'

/** What names tags in a configuration: `line1/+/temperature`, `line1/#`; `#` is every tag. */
export const TagFilters = z
  .array(z.string().max(TAG_BYTES_MAX).refine(isTagFilter, { message: expected, params: { expected } }))
  .min(1)
  .max(FILTERS_MAX)
