import type { Client } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/client.js'
import { createClient, createDefaultClientConfig } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc.js'
import type { IpcIdentity } from './test-core.ts'

/** The device SDK's own client, with an identity given by hand instead of by the environment. */
export function createSdkClient({ socketPath, token }: IpcIdentity): Client {
  return createClient({
    ...createDefaultClientConfig(),
    hostName: socketPath,
    connectTransform: async ({ message }) => ({ ...message, payload: JSON.stringify({ authToken: token }) }),
  })
}
