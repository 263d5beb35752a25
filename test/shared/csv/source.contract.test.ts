import { type CsvOptions, createCsvSource } from '../../../shared/csv/source.ts'
import { filesOf, testSource } from '../source/source-contract.ts'

const HOUR_US = 3_600_000_000

/** Rows of two columns with gaps, a repeated hour, broken lines and one time that nobody believes. */
function machineFile(): { text: string; samples: number } {
  const lines = ['time;pressure;state']
  let samples = 0
  for (let row = 0; row < 900; row++) {
    const minute = row < 500 ? row : row - 60
    const time = new Date(Date.UTC(2025, 2, 1, 0, minute)).toISOString().replace('Z', '')
    if (row % 97 === 5) lines.push('broken;;;', '')
    if (row === 700) lines.push('2035-01-01T00:00:00;1,5;running')
    const state = row % 3 === 0 ? '' : row % 200 < 100 ? 'running' : 'idle'
    lines.push(`${time};${(row * 7) % 100},${row % 10};${state}`)
    samples += state === '' ? 1 : 2
  }
  return { text: `${lines.join('\r\n')}\r\n`, samples: samples + 2 }
}

const { text, samples } = machineFile()
const options = (more: Partial<CsvOptions>): CsvOptions => ({
  path: 'press.csv',
  tagPrefix: 'press',
  speed: 'max',
  outOfOrderUs: 2 * HOUR_US,
  leadUs: 24 * HOUR_US,
  frameBytesMax: 6000,
  ...more,
})

testSource('csv', {
  make: () => ({
    source: createCsvSource(options({})),
    files: filesOf({ 'press.csv': text }),
    disorderUs: 0,
    samples,
  }),
  broken: {
    make: () => createCsvSource(options({})),
    files: filesOf({ 'press.csv': 'a,b\n1,2\n3,4\n' }),
    code: 'GENBA_CSV_NO_TIME',
  },
})

testSource('csv that may be out of order without saying so', {
  make: () => ({
    source: createCsvSource(options({ outOfOrderUs: 0 })),
    files: filesOf({ 'press.csv': text }),
    disorderUs: HOUR_US,
    samples,
  }),
  broken: {
    make: () => createCsvSource(options({ path: 'elsewhere.csv' })),
    files: filesOf({}),
    code: 'GENBA_FILE_UNREADABLE',
  },
})

testSource('csv at a thousand times its pace', {
  make: () => ({
    source: createCsvSource(options({ speed: 1_000_000 })),
    files: filesOf({ 'press.csv': text }),
    disorderUs: 0,
    samples,
  }),
  broken: {
    make: () => createCsvSource(options({})),
    files: filesOf({ 'press.csv': '' }),
    code: 'GENBA_CSV_EMPTY',
  },
})
