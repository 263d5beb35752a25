import { decodeText } from '../../../shared/bytes/text.ts'
import type { Files } from '../../../shared/component/host.ts'
import type { PinConfig } from '../config.ts'
import { SourceError } from '../errors.ts'

/** A number in sysfs has no more digits than this. */
const BASE_BYTES_MAX = 16

/**
 * The number of a line in sysfs: the base of its chip plus its number on the chip. Kernels give the bases, and change
 * them: Raspberry Pi went from 0 to 512 with 6.6.
 *
 * @throws SourceError `GENBA_GPIO_LINE` when there is no such chip
 */
export async function resolveLine({ chip, line }: PinConfig, files: Files): Promise<number> {
  if (chip === undefined) return line
  const path = `/sys/class/gpio/${chip}/base`
  const base = Number.parseInt(await readBase(path, files), 10)
  if (Number.isSafeInteger(base)) return base + line
  throw noChip(path, 'no number')
}

async function readBase(path: string, files: Files): Promise<string> {
  try {
    return decodeText(await files.read(path, 0, BASE_BYTES_MAX)) ?? ''
  } catch (error) {
    throw noChip(path, error instanceof Error ? error.message : String(error), error)
  }
}

function noChip(path: string, received: string, cause?: unknown): SourceError {
  return new SourceError(
    'GENBA_GPIO_LINE',
    'the chip of a GPIO line is not there',
    {
      where: path,
      expected: 'the number of the first line of the chip',
      received,
      mend: 'list the chips with ls /sys/class/gpio; Raspberry Pi kernels from 6.6 on have gpiochip512',
    },
    cause,
  )
}
