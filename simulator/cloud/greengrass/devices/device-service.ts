import { readJson } from '../../../../shared/bytes/json.ts'
import type { RecordFolder } from '../../disk/record-folder.ts'
import type { IotCore } from '../../iot-core.ts'
import { notFound } from '../api/errors.ts'
import { applyStatus, type CoreDevice, FleetStatus } from './core-device.ts'

const HEALTH = /^\$aws\/things\/([^/]+)\/greengrassv2\/health\/json$/

/** Core devices: a device is one from its first report on. */
export class DeviceService {
  readonly #records: RecordFolder<CoreDevice>
  readonly #nowMs: () => number
  readonly #unsubscribe: () => void

  private constructor(records: RecordFolder<CoreDevice>, nowMs: () => number, unsubscribe: () => void) {
    this.#records = records
    this.#nowMs = nowMs
    this.#unsubscribe = unsubscribe
  }

  static async open(
    records: RecordFolder<CoreDevice>,
    iotCore: IotCore,
    nowMs: () => number,
  ): Promise<DeviceService> {
    const take = (topic: string, payload: Uint8Array): void => {
      const thing = HEALTH.exec(topic)?.[1]
      const status = FleetStatus.safeParse(readJson(Buffer.from(payload).toString('utf8')))
      // Nobody is there to be told of a report that is none: the health topic has no answers.
      if (thing === undefined || !status.success) return
      void records.change(thing, (before) => applyStatus(before, thing, status.data, nowMs()))
    }
    const unsubscribe = await iotCore.subscribe('$aws/things/+/greengrassv2/health/json', take)
    return new DeviceService(records, nowMs, unsubscribe)
  }

  list(): CoreDevice[] {
    return this.#records.values()
  }

  /** @throws ApiError where there is none */
  get(thing: string): CoreDevice {
    const device = this.#records.get(thing)
    if (device === undefined) throw notFound(`Core device [${thing}] does not exist`, 'coreDevice', thing)
    return device
  }

  async delete(thing: string): Promise<void> {
    this.get(thing)
    await this.#records.delete(thing)
  }

  async setTags(thing: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.#records.change(thing, (device) => device && { ...device, tags })
  }

  async associate(thing: string, clients: readonly string[]): Promise<void> {
    this.get(thing)
    const associatedMs = this.#nowMs()
    await this.#records.change(thing, (device) => {
      if (device === undefined) return undefined
      const known = new Set(device.clientDevices.map(({ thingName }) => thingName))
      const added = clients.filter((name) => !known.has(name))
      const clientDevices = [
        ...device.clientDevices,
        ...added.map((thingName) => ({ thingName, associatedMs })),
      ]
      return { ...device, clientDevices }
    })
  }

  async disassociate(thing: string, clients: readonly string[]): Promise<void> {
    this.get(thing)
    await this.#records.change(
      thing,
      (device) =>
        device && {
          ...device,
          clientDevices: device.clientDevices.filter(({ thingName }) => !clients.includes(thingName)),
        },
    )
  }

  async close(): Promise<void> {
    this.#unsubscribe()
    await this.#records.settle()
  }
}
