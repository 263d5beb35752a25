import { delimiter, dirname } from 'node:path'

export interface EnvironmentParts {
  readonly token: string
  readonly socketPath: string
  readonly thing: string
  readonly region: string
  readonly nucleusVersion: string
  /** Of the recipe: the lifecycle's, then the step's. */
  readonly setenv: readonly Readonly<Record<string, string>>[]
}

/** What a script may know of the person who runs the simulator; a real core passes on even less. */
const PASSED_ON = ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SHELL']
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']

/** The environment of a component's scripts (developer guide, "Component environment variables"). */
export function componentEnvironment(
  parts: EnvironmentParts,
  own: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const passedOn = [...PASSED_ON, ...PROXIES, ...PROXIES.map((name) => name.toUpperCase())]
  const inherited = passedOn.flatMap((name) => {
    const value = own[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(inherited),
    // The very Node.js that runs the simulator, whatever else is installed.
    PATH: [dirname(process.execPath), own['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    SVCUID: parts.token,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: parts.token,
    AWS_GG_NUCLEUS_DOMAIN_SOCKET_FILEPATH_FOR_COMPONENT: parts.socketPath,
    AWS_IOT_THING_NAME: parts.thing,
    AWS_REGION: parts.region,
    AWS_DEFAULT_REGION: parts.region,
    GGC_VERSION: parts.nucleusVersion,
    ...Object.assign({}, ...parts.setenv),
  }
}
