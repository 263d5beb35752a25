import { isMainThread } from 'node:worker_threads'

// One file, `function-worker.mjs`, is the process of the functions and each thread in it.
await (isMainThread ? import('./host-threads.ts') : import('./run-function.ts'))
