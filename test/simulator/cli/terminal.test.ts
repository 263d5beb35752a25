import { describe, expect, it } from 'vitest'
import { describeTerminal } from '../../../simulator/cli/terminal.ts'

const tty = { isTTY: true, columns: 80 }
const pipe = {}
const colours = (stream: object, env: NodeJS.ProcessEnv, noColour = false): boolean =>
  describeTerminal({ stream, env, noColour }).colours.isColorSupported

describe('the decision on colours and cursor', () => {
  it('follows what the stream is when nobody says otherwise', () => {
    expect(colours(tty, {})).toBe(true)
    expect(colours(pipe, {})).toBe(false)
    expect(colours(pipe, { CI: 'true' })).toBe(false)
  })

  it('lets --no-color win over NO_COLOR, that over FORCE_COLOR, that over the stream', () => {
    expect(colours(pipe, { FORCE_COLOR: '1' })).toBe(true)
    expect(colours(tty, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false)
    expect(colours(tty, { FORCE_COLOR: '1' }, true)).toBe(false)
    expect(colours(tty, { NO_COLOR: '' })).toBe(true)
    expect(colours(pipe, { FORCE_COLOR: '0' })).toBe(false)
  })

  it('moves the cursor only on a terminal that understands it and that a person watches', () => {
    const canRefresh = (stream: object, env: NodeJS.ProcessEnv) =>
      describeTerminal({ stream, env }).canRefresh
    expect(canRefresh(tty, { TERM: 'xterm' })).toBe(true)
    expect(canRefresh(tty, { TERM: 'dumb' })).toBe(false)
    expect(canRefresh(tty, { CI: 'true' })).toBe(false)
    expect(canRefresh(pipe, {})).toBe(false)
  })

  it('knows its width, or takes COLUMNS', () => {
    expect(describeTerminal({ stream: tty, env: { COLUMNS: '30' } }).columns()).toBe(80)
    expect(describeTerminal({ stream: pipe, env: { COLUMNS: '30' } }).columns()).toBe(30)
  })
})
