/** The group of local deployments that name no group. */
export const LOCAL_GROUP = 'LOCAL_DEPLOYMENT'

export interface CoreIdentity {
  readonly thing: string
  readonly region: string
  readonly account: string
}

const TARGET = /^arn:[\w-]+:iot:[\w-]*:\d*:(thing(?:group)?\/.+)$/

/** `thinggroup/NAME` or `thing/NAME`, by which a core keeps the revisions of a target apart. */
export const groupNameOf = (targetArn: string): string | undefined =>
  targetArn === LOCAL_GROUP ? LOCAL_GROUP : TARGET.exec(targetArn)?.[1]

export const targetArnOf = (groupName: string, { region, account }: CoreIdentity): string =>
  groupName === LOCAL_GROUP ? LOCAL_GROUP : `arn:aws:iot:${region}:${account}:${groupName}`

export const configurationArnOf = (
  groupName: string,
  revision: string,
  { region, account }: CoreIdentity,
): string => `arn:aws:greengrass:${region}:${account}:configuration:${groupName}:${revision}`

/** The number at the end of a configuration's ARN; undefined for what is no numbered revision. */
export function revisionOf(configurationArn: string): number | undefined {
  const text = /^arn:.*:(\d+)$/.exec(configurationArn)?.[1]
  return text === undefined ? undefined : Number(text)
}
