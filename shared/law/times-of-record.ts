import * as z from 'zod'
import { readJson } from '../bytes/json.ts'

const time = z.number().optional()

/** What records of all kinds say of the data they come from; see `shared/contract/records.ts`. */
const About = z.object({
  tag: z.string().optional(),
  key: z.string().optional(),
  startUs: time,
  endUs: time,
  sinceUs: time,
  timeUs: time,
})

/** The tag and the time that a record is about; undefined where it names no tag, or is no JSON. */
export function timesOfRecord(
  text: string,
): { readonly tag: string; readonly fromUs: number; readonly toUs: number } | undefined {
  const { data } = About.safeParse(readJson(text))
  const tag = data?.tag ?? data?.key
  const times = [data?.startUs, data?.endUs, data?.sinceUs, data?.timeUs].filter((each) => each !== undefined)
  if (tag === undefined || times.length === 0) return undefined
  return { tag, fromUs: Math.min(...times), toUs: Math.max(...times) }
}
