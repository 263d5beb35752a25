import { invalid, notFound } from './api/errors.ts'

/** Whose resources these are. */
export interface Account {
  readonly region: string
  /** Twelve digits; `aws` for what AWS publishes. */
  readonly account: string
}

/** Owner of public components. */
export const PUBLIC_ACCOUNT = 'aws'

export const componentArn = ({ region, account }: Account, name: string): string =>
  `arn:aws:greengrass:${region}:${account}:components:${name}`

export const componentVersionArn = (owner: Account, name: string, version: string): string =>
  `${componentArn(owner, name)}:versions:${version}`

export const deploymentArn = ({ region, account }: Account, deploymentId: string): string =>
  `arn:aws:greengrass:${region}:${account}:deployments:${deploymentId}`

export const coreDeviceArn = ({ region, account }: Account, thing: string): string =>
  `arn:aws:greengrass:${region}:${account}:coreDevices:${thing}`

export const thingGroupArn = ({ region, account }: Account, group: string): string =>
  `arn:aws:iot:${region}:${account}:thinggroup/${group}`

export const jobArn = ({ region, account }: Account, jobId: string): string =>
  `arn:aws:iot:${region}:${account}:job/${jobId}`

/** Names one revision of a target's deployments, such as `…:configuration:thinggroup/NAME:3`. */
export const configurationArn = (owner: Account, { kind, name }: Target, revisionId: string): string =>
  `arn:aws:greengrass:${owner.region}:${owner.account}:configuration:${kind}/${name}:${revisionId}`

const COMPONENT =
  /^arn:aws:greengrass:([^:]+):(\d{12}|aws):components:([a-zA-Z0-9-_.]+)(?::versions:([^:]+))?$/
const TARGET = /^arn:aws:iot:([^:]+):(\d{12}):(thing|thinggroup)\/([a-zA-Z0-9:_-]+)$/

export interface ComponentReference {
  readonly isPublic: boolean
  readonly name: string
  readonly version: string | undefined
}

/** @throws ApiError where the ARN is none of a component that this account can see */
export function readComponentArn(arn: string, owner: Account): ComponentReference {
  const match = COMPONENT.exec(arn)
  if (match === null) throw faultyArn('arn', arn, 'a component')
  const [, region, account, name = '', version] = match
  if (region !== owner.region || (account !== owner.account && account !== PUBLIC_ACCOUNT)) {
    throw notFound(`Component [${arn}] does not exist`, 'component', arn)
  }
  return { isPublic: account === PUBLIC_ACCOUNT, name, version }
}

/** What is deployed to. */
export interface Target {
  readonly kind: 'thing' | 'thinggroup'
  readonly name: string
}

/** @throws ApiError where the ARN is none of a thing or thing group of this account */
export function readTargetArn(field: string, arn: string, owner: Account): Target {
  const match = TARGET.exec(arn)
  if (match === null || match[1] !== owner.region || match[2] !== owner.account) {
    throw faultyArn(field, arn, 'a thing or a thing group of this account and region')
  }
  return { kind: match[3] === 'thing' ? 'thing' : 'thinggroup', name: match[4] ?? '' }
}

const faultyArn = (field: string, arn: string, what: string) =>
  invalid(`The ARN is not that of ${what}: ${arn}`, [{ name: field, message: `Not the ARN of ${what}` }])
