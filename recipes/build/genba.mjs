#!/usr/bin/env node
import { prepareOrExit } from './prepare.mjs'

await prepareOrExit()
await import(new URL('../../dist/simulator/genba.mjs', import.meta.url).href)
