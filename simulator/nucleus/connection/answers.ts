import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { Flavour } from '../flavour.ts'
import type { OperationError } from '../operations/operation.ts'
import { MessageFlag, MessageType } from '../wire/frame.ts'
import { createFrameWriter, type FrameShape, type FrameWriter } from '../wire/frame-writer.ts'

const NAMESPACE = 'aws.greengrass#'
const EMPTY = Buffer.alloc(0)

/** Every frame a nucleus sends, spelt as its flavour spells it. */
export interface Answers {
  accept(): Buffer
  /** Java answers a refused connection; lite only closes it. */
  refuse(): Buffer | undefined
  response(operation: string, streams: boolean, streamId: number, body: JsonObject): Buffer
  event(shape: string, streamId: number, payload: Buffer): Buffer
  error(error: OperationError, streamId: number): Buffer
  /** Undefined where the flavour has a modelled error for it. */
  unknownOperation(operation: string, streamId: number): Buffer | undefined
  /** Java's answer to what throws inside it, such as text that is no JSON. */
  internalError(streamId: number): Buffer
  pong(streamId: number, payload: Buffer): Buffer
}

export function createAnswers(flavour: Flavour): Answers {
  const writers = new Map<string, FrameWriter>()
  const protocolHeadersFirst = flavour.name === 'lite'
  const write = (
    shape: Omit<FrameShape, 'protocolHeadersFirst'>,
    streamId: number,
    payload: Buffer,
  ): Buffer => {
    const key = `${shape.messageType} ${shape.flags} ${shape.headers.flat().join(' ')}`
    let writer = writers.get(key)
    if (writer === undefined) {
      writer = createFrameWriter({ ...shape, protocolHeadersFirst })
      writers.set(key, writer)
    }
    return writer(streamId, payload)
  }
  const modelled = (shape: string): FrameShape['headers'] => [
    [':content-type', 'application/json'],
    ['service-model-type', `${NAMESPACE}${shape}`],
  ]
  const application = (shape: string, flags: number) => ({
    messageType: MessageType.application,
    flags,
    headers: modelled(shape),
  })
  const failure = (headers: FrameShape['headers']) => ({
    messageType: MessageType.applicationError,
    flags: MessageFlag.terminateStream,
    headers,
  })
  const connectAck = (flags: number): Buffer =>
    write({ messageType: MessageType.connectAck, flags, headers: [] }, 0, EMPTY)
  return {
    accept: () => connectAck(MessageFlag.connectionAccepted),
    refuse: () => (flavour.name === 'java' ? connectAck(0) : undefined),
    response: (operation, streams, streamId, body) =>
      write(
        application(`${operation}Response`, streams ? 0 : flavour.singleResponseFlags),
        streamId,
        toJsonBytes(body),
      ),
    event: (shape, streamId, payload) => write(application(shape, 0), streamId, payload),
    error: (error, streamId) =>
      write(failure(modelled(error.shape)), streamId, toJsonBytes(errorBody(flavour, error))),
    unknownOperation: (operation, streamId) => {
      if (flavour.name === 'lite') return undefined
      const body = { error: 'Unsupported Operation', message: `${operation} is an unsupported operation.` }
      return write(failure([[':content-type', 'application/json']]), streamId, toJsonBytes(body))
    },
    internalError: (streamId) =>
      write(failure([[':content-type', 'text/plain']]), streamId, Buffer.from('InternalServerError')),
    pong: (streamId, payload) =>
      write({ messageType: MessageType.pingResponse, flags: 0, headers: [] }, streamId, payload),
  }
}

/** Lite spells two members; Java has both spellings of the message and the members of the shape. */
function errorBody(flavour: Flavour, { shape, message, details }: OperationError): JsonObject {
  if (flavour.name === 'lite') return { _message: message, _errorCode: shape }
  return {
    ...details,
    message,
    _service: 'aws.greengrass#GreengrassCoreIPC',
    _message: message,
    _errorCode: shape,
  }
}

const toJsonBytes = (body: JsonObject): Buffer => Buffer.from(JSON.stringify(body))
