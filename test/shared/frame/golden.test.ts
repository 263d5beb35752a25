import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import { exactly } from './columns.ts'
import { goldenContents, goldenIdentity } from './golden.ts'

/** Hexadecimal, 32 bytes a line, so that a change shows where it is. */
function toHex(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('hex')
    .match(/.{1,64}/g)
  return `${(lines ?? []).join('\n')}\n`
}

describe('format version 1', () => {
  it.each(Object.entries(goldenContents))('writes the bytes it always wrote: %s', async (name, content) => {
    const bytes = sealFrame(encodeContent(content), goldenIdentity)
    await expect(toHex(bytes)).toMatchFileSnapshot(`fixtures/${name}.hex`)
  })

  it.each(Object.entries(goldenContents))('reads the bytes that were kept: %s', (name, content) => {
    const hex = readFileSync(new URL(`fixtures/${name}.hex`, import.meta.url), 'utf8').replaceAll('\n', '')
    const frame = decodeFrame(Buffer.from(hex, 'hex'))
    const { completeBeforeUs, position } = content
    expect(frame.header).toEqual({ ...goldenIdentity, completeBeforeUs, position })
    if (content.body === 'records') expect(frame).toMatchObject({ body: 'records', records: content.records })
    else expect(frame.body === 'samples' && frame.columns.map(exactly)).toEqual(content.columns.map(exactly))
  })
})
