import FFT from 'fft.js'

/** Reads the root mean square of a signal between two frequencies. */
export interface SpectrumReader {
  /** @returns RMS of what lies in [fromHz, toHz), in the unit of the signal */
  rms(fromHz: number, toHz: number): number
}

/** Tables and buffers of one segment length: nothing in them outlives a call. */
interface Workshop {
  readonly fft: FFT
  readonly window: Float64Array
  readonly signal: Float64Array
  readonly spectrum: Float64Array
  readonly analytic: Float64Array
}

/** One for each power of two that a configuration names: eight at most. */
const workshops = new Map<number, Workshop>()

function workshopFor(size: number): Workshop {
  const known = workshops.get(size)
  if (known !== undefined) return known
  const made: Workshop = {
    fft: new FFT(size),
    window: Float64Array.from({ length: size }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size)),
    signal: new Float64Array(size),
    spectrum: new Float64Array(2 * size),
    analytic: new Float64Array(2 * size),
  }
  workshops.set(size, made)
  return made
}

/**
 * The spectrum of a uniform segment, mean removed and under a Hann window. Its squares are scaled by Parseval's
 * theorem and the energy of the window (3/8), so that all bands together give the mean square of the signal. The
 * window spreads a pure tone over three lines: a band should be wider than that.
 *
 * With a carrier band the segment is first replaced by its envelope there: the magnitude of the analytic signal
 * (negative frequencies and those outside of the band set to 0), as bearing diagnosis does to see how often a
 * resonance is struck.
 *
 * @param segment a power of two of values; not changed
 */
export function readSpectrum(
  segment: ArrayLike<number>,
  rateHz: number,
  carrier?: { readonly from: number; readonly to: number },
): SpectrumReader {
  const size = segment.length
  const workshop = workshopFor(size)
  const { fft, window, signal, spectrum } = workshop
  for (let n = 0; n < size; n++) signal[n] = segment[n] as number
  if (carrier !== undefined) demodulate(workshop, rateHz / size, carrier)
  const mean = meanOf(signal)
  for (let n = 0; n < size; n++) signal[n] = ((signal[n] as number) - mean) * (window[n] as number)
  fft.realTransform(spectrum, signal)
  const squares = new Float64Array(size / 2 + 1)
  const scale = 2 / (size * size * (3 / 8))
  for (let k = 1; k < size / 2; k++) squares[k] = scale * squareAt(spectrum, k)
  squares[size / 2] = (scale / 2) * squareAt(spectrum, size / 2)
  return {
    rms(fromHz, toHz) {
      let sum = 0
      const lineHz = rateHz / size
      for (let k = 1; k < squares.length; k++) {
        if (k * lineHz >= fromHz && k * lineHz < toHz) sum += squares[k] as number
      }
      return Math.sqrt(sum)
    },
  }
}

function demodulate(
  { fft, signal, spectrum, analytic }: Workshop,
  lineHz: number,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const size = signal.length
  fft.realTransform(spectrum, signal)
  for (let k = 0; k < size; k++) {
    const gain = k > 0 && k < size / 2 && k * lineHz >= from && k * lineHz < to ? 2 : 0
    spectrum[2 * k] = gain * (spectrum[2 * k] as number)
    spectrum[2 * k + 1] = gain * (spectrum[2 * k + 1] as number)
  }
  fft.inverseTransform(analytic, spectrum)
  for (let n = 0; n < size; n++)
    signal[n] = Math.hypot(analytic[2 * n] as number, analytic[2 * n + 1] as number)
}

const squareAt = (spectrum: Float64Array, k: number): number =>
  (spectrum[2 * k] as number) ** 2 + (spectrum[2 * k + 1] as number) ** 2

function meanOf(values: Float64Array): number {
  let mean = 0
  for (let n = 0; n < values.length; n++) mean += ((values[n] as number) - mean) / (n + 1)
  return mean
}
