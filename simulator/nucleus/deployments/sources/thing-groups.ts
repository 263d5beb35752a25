import * as z from 'zod'
import { DeploymentFailure } from '../failure/deployment-failure.ts'

const Page = z.object({
  thingGroups: z.array(z.object({ thingGroupName: z.string() })),
  nextToken: z.string().nullish(),
})

/** A core is in far fewer groups; an endless list must end. */
const PAGES_MAX = 100

/** The data plane's ListThingGroupsForCoreDevice, which the SDK has no client for. */
export async function fetchThingGroups(base: string, thing: string, signal: AbortSignal): Promise<string[]> {
  const names: string[] = []
  let nextToken: string | null | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const url = new URL(`/greengrass/v2/coreDevices/${encodeURIComponent(thing)}/thingGroups`, base)
    if (nextToken != null) url.searchParams.set('nextToken', nextToken)
    const answer = await fetch(url, { signal })
    if (!answer.ok) {
      const codes = ['CLOUD_API_ERROR'] as const
      throw new DeploymentFailure(codes, `the thing groups of ${thing}: the cloud answers ${answer.status}`)
    }
    const read = Page.parse(await answer.json())
    names.push(...read.thingGroups.map(({ thingGroupName }) => thingGroupName))
    nextToken = read.nextToken
    if (nextToken == null) break
  }
  return names
}
