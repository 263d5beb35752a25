import type { JsonObject } from '../../../shared/bytes/json.ts'
import { isObject } from '../configuration/tree.ts'
import type { Flavour } from '../flavour.ts'
import { type Operation, type OperationCall, OperationError } from '../operations/operation.ts'
import { type EventFrame, MessageFlag, MessageType } from '../wire/frame.ts'
import type { Answers } from './answers.ts'
import { Handshake } from './handshake.ts'

/** What a connection does to the outside. */
export interface Transport {
  send(frame: Buffer): void
  /** Closes after what was sent; `reason` is for the log. */
  close(reason: string): void
  /** Holds back what the client sends until the promise resolves. */
  pauseUntil(settled: Promise<void>): void
}

export interface ConnectionParts {
  readonly flavour: Flavour
  readonly answers: Answers
  readonly operations: ReadonlyMap<string, Operation>
  /** The component whose token this is. */
  readonly authenticate: (token: string) => string | undefined
  /** See `OperationCall.settle`. */
  readonly settle: () => Promise<void> | undefined
  readonly log: (message: string) => void
}

const NAMESPACE = 'aws.greengrass#'
type Release = () => void

/** One client of the IPC server, as a state machine over frames: no sockets here. */
export class Connection {
  readonly #parts: ConnectionParts
  readonly #transport: Transport
  readonly #handshake: Handshake
  /** Open streaming operations, with what must be released when they end. */
  readonly #streams = new Map<number, Release[]>()
  #newestStreamId = 0
  #isClosed = false

  constructor(parts: ConnectionParts, transport: Transport) {
    this.#parts = parts
    this.#transport = transport
    this.#handshake = new Handshake(parts)
  }

  receive(frame: EventFrame): void {
    if (this.#isClosed) return
    const { principal } = this.#handshake
    if (principal === undefined) this.#receiveConnect(frame)
    else if (frame.streamId === 0) this.#receiveProtocolMessage(frame)
    else this.#receiveOnStream(principal, frame)
  }

  /** The transport is gone: every stream ends. */
  closed(): void {
    this.#isClosed = true
    for (const streamId of [...this.#streams.keys()]) this.#endStream(streamId)
  }

  #receiveConnect(frame: EventFrame): void {
    const { answers } = this.#parts
    const refusal = this.#handshake.receive(frame)
    if (refusal === undefined) {
      this.#transport.send(answers.accept())
      return
    }
    const answer = answers.refuse()
    if (answer !== undefined) this.#transport.send(answer)
    this.#close(refusal)
  }

  #receiveProtocolMessage({ messageType, payload }: EventFrame): void {
    const { flavour, answers } = this.#parts
    if (messageType === MessageType.ping && flavour.name === 'java') {
      this.#transport.send(answers.pong(0, payload))
    } else {
      this.#close('message on stream 0')
    }
  }

  #receiveOnStream(principal: string, frame: EventFrame): void {
    const { streamId, flags, messageType, headers } = frame
    if ((flags & MessageFlag.terminateStream) !== 0) {
      this.#endStream(streamId)
      return
    }
    const isKnown = streamId <= this.#newestStreamId
    this.#newestStreamId = Math.max(this.#newestStreamId, streamId)
    if (this.#parts.flavour.name === 'java') {
      // A closed stream's last messages are ignored; one that was never opened breaks the protocol.
      if (!isKnown && !headers.has('operation')) this.#close('message on a stream never opened')
      if (isKnown || this.#isClosed) return
    }
    if (messageType === MessageType.application) this.#startOperation(principal, frame)
    else this.#fail(streamId, new OperationError('ServiceError', ''))
  }

  #startOperation(principal: string, frame: EventFrame): void {
    const { answers, operations } = this.#parts
    const name = operationName(frame)
    const operation = operations.get(name)
    if (operation === undefined || operation.isOffered?.() === false) {
      const answer =
        answers.unknownOperation(name, frame.streamId) ??
        answers.error(new OperationError('ServiceError', ''), frame.streamId)
      this.#transport.send(answer)
      return
    }
    if (operation.streams) this.#streams.set(frame.streamId, [])
    try {
      const started = operation.start(this.#createCall(operation, principal, frame))
      started?.catch((error: unknown) => this.#fail(frame.streamId, error))
    } catch (error) {
      this.#fail(frame.streamId, error)
    }
  }

  #createCall(operation: Operation, principal: string, { streamId, payload }: EventFrame): OperationCall {
    const { answers, flavour } = this.#parts
    const send = (frame: Buffer): void => {
      if (!this.#isClosed) this.#transport.send(frame)
    }
    return {
      principal,
      payload,
      request: () => parseRequest(payload),
      respond: (body) => send(answers.response(operation.name, operation.streams, streamId, body)),
      emit: (shape, event) => {
        const frame = answers.event(shape, streamId, event)
        // Lite builds what it sends in the same fixed buffer and skips a delivery that does not fit.
        if (frame.length <= flavour.frameBytesMax) send(frame)
      },
      onEnd: (release) => {
        const releases = this.#streams.get(streamId)
        if (releases === undefined) release()
        else releases.push(release)
      },
      settle: () => {
        const settled = this.#parts.settle()
        if (settled !== undefined) this.#transport.pauseUntil(settled)
        return settled
      },
    }
  }

  #fail(streamId: number, error: unknown): void {
    const { answers, flavour, log } = this.#parts
    this.#endStream(streamId)
    if (this.#isClosed) return
    if (error instanceof OperationError) {
      this.#transport.send(answers.error(error, streamId))
      return
    }
    log(`operation failed: ${error instanceof Error ? error.message : String(error)}`)
    const answer =
      flavour.name === 'java'
        ? answers.internalError(streamId)
        : answers.error(new OperationError('ServiceError', ''), streamId)
    this.#transport.send(answer)
  }

  #endStream(streamId: number): void {
    const releases = this.#streams.get(streamId)
    this.#streams.delete(streamId)
    for (const release of releases ?? []) release()
  }

  #close(reason: string): void {
    if (!this.#isClosed) this.#transport.close(reason)
    this.#isClosed = true
  }
}

function operationName({ headers }: EventFrame): string {
  const name = headers.get('operation')
  if (typeof name !== 'string') return ''
  return name.startsWith(NAMESPACE) ? name.slice(NAMESPACE.length) : name
}

/** Text that is no JSON object is answered like any other failure of the nucleus. */
function parseRequest(payload: Buffer): JsonObject {
  const request: unknown = JSON.parse(payload.toString('utf8'))
  if (!isObject(request)) throw new TypeError('the request is no JSON object')
  return request
}
