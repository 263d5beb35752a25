import { type Observable, Subject } from 'rxjs'
import { type JsonObject, readJson } from '../../../shared/bytes/json.ts'
import { isRejection, reject, rejectionMessage, type ShadowRejection } from '../../shadow/rejection.ts'
import {
  deleteShadow,
  readShadow,
  type Shadow,
  type ShadowChange,
  STATE_BYTES_MAX,
  updateShadow,
} from '../../shadow/shadow.ts'
import { nameFault, type ShadowId, shadowTopic } from '../../shadow/shadow-name.ts'
import { StoredShadow } from '../../shadow/stored-shadow.ts'
import { type RefusedUpdate, readShadowUpdate, type ShadowUpdate } from '../../shadow/update-request.ts'
import type { CloudClock } from '../clock.ts'
import { RecordFolder } from '../disk/record-folder.ts'
import type { IotCore } from '../iot-core.ts'

/** A device reported something. */
export interface ShadowReport extends ShadowId {
  /** The reported section after it. */
  readonly reported: JsonObject
}

type Outcome = RefusedUpdate | { readonly change: ShadowChange } | { readonly document: JsonObject }

const TOPIC = /^\$aws\/things\/([^/]+)\/shadow(?:\/name\/([^/]+))?\/(get|update|delete)$/
/** The highest that the quota can be raised to. */
const RAISED_STATE_BYTES_MAX = 30_720

/** The Device Shadow service over MQTT: classic and named shadows. */
export class ShadowService {
  readonly #shadows: RecordFolder<Shadow>
  readonly #iotCore: IotCore
  readonly #clock: CloudClock
  readonly #reports = new Subject<ShadowReport>()
  #unsubscribe: readonly (() => void)[] = []

  private constructor(shadows: RecordFolder<Shadow>, iotCore: IotCore, clock: CloudClock) {
    this.#shadows = shadows
    this.#iotCore = iotCore
    this.#clock = clock
  }

  static async open(directory: string, iotCore: IotCore, clock: CloudClock): Promise<ShadowService> {
    const service = new ShadowService(
      await RecordFolder.open<Shadow>(directory, StoredShadow),
      iotCore,
      clock,
    )
    const onMessage = (topic: string, payload: Uint8Array): void => {
      service.#answer(topic, payload).catch((error: unknown) => service.#reports.error(error))
    }
    service.#unsubscribe = [
      await iotCore.subscribe('$aws/things/+/shadow/+', onMessage),
      await iotCore.subscribe('$aws/things/+/shadow/name/+/+', onMessage),
    ]
    return service
  }

  get reports$(): Observable<ShadowReport> {
    return this.#reports.asObservable()
  }

  desiredOf(id: ShadowId): JsonObject {
    return this.#shadows.get(keyOf(id))?.desired?.state ?? {}
  }

  /** Writes as a service of the cloud, and tells the device. */
  async setDesired(id: ShadowId, desired: JsonObject): Promise<ShadowRejection | undefined> {
    const outcome = await this.#update(id, {
      state: { desired },
      version: undefined,
      clientToken: undefined,
    })
    if (isRejection(outcome)) return outcome
    this.#tell(id, outcome)
    return undefined
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    await this.#shadows.settle()
    this.#reports.complete()
  }

  async #answer(topic: string, payload: Uint8Array): Promise<void> {
    const match = TOPIC.exec(topic)
    if (match === null) return
    const [, thing = '', name, operation] = match
    const id = { thing, name }
    const outcome: Outcome = nameFault(id) ?? (await this.#carryOut(id, operation ?? '', payload))
    if ('change' in outcome) {
      const { change } = outcome
      this.#tell(id, change)
      const { reported } = change.shadow
      if (reported !== undefined) this.#reports.next({ ...id, reported: reported.state })
    } else if ('document' in outcome) {
      this.#publish(`${topic}/accepted`, outcome.document)
    } else {
      const { clientToken, ...rejection } = outcome
      this.#publish(`${topic}/rejected`, rejectionMessage(rejection, this.#nowS(), clientToken))
    }
  }

  async #carryOut(id: ShadowId, operation: string, payload: Uint8Array): Promise<Outcome> {
    if (operation === 'update') {
      const update = readShadowUpdate(payload)
      if (isRejection(update)) return update
      const change = await this.#update(id, update)
      return isRejection(change) ? { ...change, ...tokenIn(update) } : { change }
    }
    const token = tokenIn(readJson(Buffer.from(payload).toString('utf8')))
    const document =
      operation === 'get' ? readShadow(this.#shadows.get(keyOf(id)), this.#nowS()) : await this.#delete(id)
    return document === undefined ? { ...missing(id), ...token } : { document: { ...document, ...token } }
  }

  async #delete(id: ShadowId): Promise<JsonObject | undefined> {
    let accepted: JsonObject | undefined
    await this.#shadows.change(keyOf(id), (current) => {
      const deleted = deleteShadow(current, this.#nowS())
      accepted = deleted?.accepted
      return deleted?.shadow ?? current
    })
    return accepted
  }

  async #update(id: ShadowId, update: ShadowUpdate): Promise<ShadowChange | ShadowRejection> {
    let outcome: ShadowChange | ShadowRejection = reject(500, 'Internal service failure')
    await this.#shadows.change(keyOf(id), (current) => {
      outcome = updateShadow(current, update, this.#nowS(), limitOf(id))
      return isRejection(outcome) ? current : outcome.shadow
    })
    return outcome
  }

  /** In the order in which the service publishes. */
  #tell(id: ShadowId, { delta, documents, accepted }: ShadowChange): void {
    const prefix = shadowTopic(id)
    if (delta !== undefined) this.#publish(`${prefix}/update/delta`, delta)
    this.#publish(`${prefix}/update/documents`, documents)
    this.#publish(`${prefix}/update/accepted`, accepted)
  }

  #publish(topic: string, message: object): void {
    // A broker that is closing has nobody to tell.
    this.#iotCore.publish(topic, JSON.stringify(message)).catch(() => {})
  }

  #nowS(): number {
    return Math.floor(this.#clock.nowMs() / 1000)
  }
}

const keyOf = ({ thing, name }: ShadowId): string => `${thing}/${name ?? ''}`

/** A deployment's document is larger than what devices may report on their own. */
const limitOf = ({ name }: ShadowId): number =>
  name?.startsWith('AWSManaged') ? RAISED_STATE_BYTES_MAX : STATE_BYTES_MAX

/** Unlike ShadowManager, the service calls the classic shadow by its thing. */
const missing = ({ name, thing }: ShadowId): ShadowRejection =>
  reject(404, `No shadow exists with name: '${name ?? thing}'`)

function tokenIn(request: unknown): { readonly clientToken?: string } {
  const token =
    request !== null && typeof request === 'object' ? Reflect.get(request, 'clientToken') : undefined
  return typeof token === 'string' ? { clientToken: token } : {}
}
