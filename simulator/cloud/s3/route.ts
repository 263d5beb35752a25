import { S3Error } from './errors.ts'
import type { BucketRequest, ObjectRequest, S3Answer, S3Context, S3Request } from './operation.ts'
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './operations/buckets.ts'
import { completeUpload } from './operations/complete-upload.ts'
import { copyObject, isCopy } from './operations/copy-object.ts'
import { deleteObject, deleteObjects } from './operations/delete-objects.ts'
import { getObject, headObject } from './operations/get-object.ts'
import { listObjects } from './operations/list-objects.ts'
import { abortUpload, createUpload, listParts, listUploads, uploadPart } from './operations/multipart.ts'
import { putObject } from './operations/put-object.ts'

type Answering<Request> = (context: S3Context, request: Request) => S3Answer | Promise<S3Answer>

/** Keyed by method and the query parameter that chooses the operation, where there is one. */
const ON_BUCKET: Readonly<Record<string, Answering<BucketRequest>>> = {
  PUT: createBucket,
  HEAD: headBucket,
  DELETE: deleteBucket,
  'GET ?location': getBucketLocation,
  'GET ?uploads': listUploads,
  'GET ?list-type': listObjects,
  'POST ?delete': deleteObjects,
}

const ON_OBJECT: Readonly<Record<string, Answering<ObjectRequest>>> = {
  PUT: (context, request) => (isCopy(request) ? copyObject(context, request) : putObject(context, request)),
  GET: (_context, request) => getObject(request),
  HEAD: (_context, request) => headObject(request),
  DELETE: (_context, request) => deleteObject(request),
  'POST ?uploads': createUpload,
  'PUT ?uploadId': (context, request) => {
    if (isCopy(request)) throw notImplemented('UploadPartCopy')
    return uploadPart(context, request)
  },
  'POST ?uploadId': completeUpload,
  'DELETE ?uploadId': (_context, request) => abortUpload(request),
  'GET ?uploadId': (_context, request) => listParts(request),
}

/** Parameters that choose an operation of S3, also those that are not emulated: they are refused, never ignored. */
const SELECTORS = new Set(
  `accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle
  list-type location logging metadataConfiguration metadataInventoryTable metadataJournalTable metadataTable metrics
  notification object-lock ownershipControls partNumber policy policyStatus publicAccessBlock renameObject replication
  requestPayment restore retention select session tagging torrent uploadId uploads versionId versioning versions
  website`.split(/\s+/),
)
/** "Object key names": up to 1024 bytes of UTF-8. */
const KEY_BYTES_MAX = 1024

/** Finds the operation that a request asks for, and lets it answer. */
export async function route(context: S3Context, request: S3Request): Promise<S3Answer> {
  const { method, path } = request.signed
  const [bucketName = '', ...rest] = path.slice(1).split('/')
  if (bucketName === '') {
    if (method !== 'GET') throw methodNotAllowed(method)
    return listBuckets(context)
  }
  const key = decodeKey(rest.join('/'))
  const bucketRequest: BucketRequest = { ...request, bucketName: decodeKey(bucketName) }
  if (key === '') {
    return choose(ON_BUCKET, method, request)(context, bucketRequest)
  }
  if (Buffer.byteLength(key) > KEY_BYTES_MAX) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: String(KEY_BYTES_MAX),
    })
  }
  const answer = choose(ON_OBJECT, method, request)
  return answer(context, { ...bucketRequest, bucket: context.buckets.get(bucketRequest.bucketName), key })
}

function choose<Request>(
  table: Readonly<Record<string, Answering<Request>>>,
  method: string,
  { parameters }: S3Request,
): Answering<Request> {
  const selectors = [...parameters.keys()].filter((name) => SELECTORS.has(name))
  // A part's number comes with the upload's id, and alone asks for a part of a whole object.
  const selector = selectors.includes('uploadId') ? 'uploadId' : selectors[0]
  const answer = table[selector === undefined ? method : `${method} ?${selector}`]
  if (answer !== undefined) return answer
  if (selector !== undefined || table[method] !== undefined || method === 'GET') {
    throw notImplemented(
      selector === undefined ? 'ListObjects (use ListObjectsV2)' : `${method} ?${selector}`,
    )
  }
  throw methodNotAllowed(method)
}

function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.", { URI: text })
  }
}

const notImplemented = (what: string): S3Error =>
  new S3Error('NotImplemented', `The simulated S3 does not have this operation: ${what}`)

const methodNotAllowed = (method: string): S3Error =>
  new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    Method: method,
  })
