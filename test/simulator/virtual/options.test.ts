import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseOptions } from '../../../simulator/virtual/options.ts'
import { describeViolations, reproduceCommand } from '../../../simulator/virtual/report.ts'

describe('options of the simulation', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  /** What is written on stderr, with the exit code. */
  function refusal(args: string[]): { text: string; exitCode: unknown } {
    let text = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      text += String(chunk)
      return true
    })
    try {
      parseOptions(args)
      return { text, exitCode: undefined }
    } catch (error) {
      return { text, exitCode: error instanceof Error && 'exitCode' in error ? error.exitCode : undefined }
    }
  }

  it('have defaults for all but the seed, which is drawn', () => {
    const options = parseOptions([])
    expect(options).toMatchObject({ seeds: 1, hours: 1, json: false, trace: false, sabotage: undefined })
    expect(Number.isSafeInteger(options.seed)).toBe(true)
  })

  it('take what the reproducing command says', () => {
    const command = reproduceCommand(41, { hours: 0.1, sabotage: 'forget-spill' })
    expect(command).toBe('npm run sim -- --seed 41 --hours 0.1 --sabotage forget-spill')
    expect(parseOptions(command.split(' ').slice(4))).toMatchObject({
      seed: 41,
      hours: 0.1,
      sabotage: 'forget-spill',
    })
  })

  it.each([
    [['--seed', 'x'], 'expected a whole number'],
    [['--hours', '0'], 'expected a number above 0'],
    [['--seeds', '2', '--trace'], '--trace shows one seed'],
    [['--sabotage', 'nothing'], 'Allowed choices are'],
    [['--sed', '1'], 'Did you mean --seed'],
  ])('refuse %j and say what was expected', (args, text) => {
    const refused = refusal(args)
    expect(refused.exitCode).not.toBe(0)
    expect(refused.exitCode).not.toBeUndefined()
    expect(refused.text).toContain(text)
  })
})

describe('the report of a broken promise', () => {
  it('names seed, promise, difference, faults and the command that shows it again', () => {
    const report = {
      seed: 7,
      trace: 'abc',
      faults: ['death', 'disk-full'],
      virtualSeconds: 60,
      figures: { starts: 4, frames: 1, samples: 1, records: 0, cloudMessages: 0 },
      violations: [
        { invariant: 'nothing is lost', text: '1 difference', details: ['line0/x 5 1: 1 missing'] },
      ],
    }
    expect(describeViolations(report, 'npm run sim -- --seed 7 --hours 1')).toBe(`seed 7 breaks a promise
  promise    nothing is lost
  found      1 difference
             line0/x 5 1: 1 missing
  faults     death, disk-full
  trace      abc
  reproduce  npm run sim -- --seed 7 --hours 1`)
  })
})
