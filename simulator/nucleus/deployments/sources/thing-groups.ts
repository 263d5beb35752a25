import * as z from 'zod'
import { DeploymentFailure } from '../failure/deployment-failure.ts'

const Page = z.object({
  thingGroups: z.array(z.object({ thingGroupName: z.string() })),
  nextToken: z.string().nullish(),
})

/** A core is in far fewer groups; an endless list must end. */
const PAGES_MAX = 100

export interface ThingGroupsOptions {
  /** Base of the greengrassv2 API. */
  readonly base: string
  readonly thing: string
  readonly signal: AbortSignal
  /** Adds the headers of AWS Signature 4. */
  readonly sign: (request: UnsignedRequest) => Promise<{ readonly headers: Record<string, string> }>
}

interface UnsignedRequest {
  method: string
  protocol: string
  hostname: string
  port?: number
  path: string
  query: Record<string, string>
  headers: Record<string, string>
}

/** ListThingGroupsForCoreDevice of the data plane, for which the SDK has no command. */
export async function fetchThingGroups({ base, thing, signal, sign }: ThingGroupsOptions): Promise<string[]> {
  const { protocol, hostname, port, host, origin } = new URL(base)
  const path = `/greengrass/v2/coreDevices/${encodeURIComponent(thing)}/thingGroups`
  const names: string[] = []
  let query: Record<string, string> = {}
  for (let page = 0; page < PAGES_MAX; page++) {
    const unsigned = { method: 'GET', protocol, hostname, path, query, headers: { host } }
    const { headers } = await sign(port === '' ? unsigned : { ...unsigned, port: Number(port) })
    const answer = await fetch(`${origin}${path}?${new URLSearchParams(query)}`, { headers, signal })
    if (!answer.ok) {
      const message = `the thing groups of ${thing}: the cloud answers ${answer.status}`
      throw new DeploymentFailure(['CLOUD_API_ERROR'], message)
    }
    const { thingGroups, nextToken } = Page.parse(await answer.json())
    names.push(...thingGroups.map(({ thingGroupName }) => thingGroupName))
    if (nextToken == null) break
    query = { nextToken }
  }
  return names
}
