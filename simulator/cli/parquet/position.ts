import * as z from 'zod'
import { readJson } from '../../../shared/bytes/json.ts'
import { CliError } from '../errors.ts'

const Count = z.number().int().min(0)

/** Where an import of a Parquet file goes on; it travels with the rows it counts, so it is exact over any death. */
const ParquetPosition = z.object({
  v: z.literal(1),
  /** CRC-32C of the end of the file, and its size: by them it is known again. */
  f: Count,
  h: Count,
  /** Stands for the columns and tags by which it was read. */
  as: Count,
  rows: Count,
  samples: Count,
  rejected: Count,
  /** Numbers of the first refused rows. */
  lines: z.array(Count),
})
export type ParquetPosition = z.output<typeof ParquetPosition>

/** The position that is held of a file; `fresh` when nothing is. @throws CliError when it is of another file or reading */
export function resumedPosition(text: string, fresh: ParquetPosition, path: string): ParquetPosition {
  if (text === '') return fresh
  const held = ParquetPosition.safeParse(readJson(text)).data
  const isSame = held !== undefined && held.f === fresh.f && held.h === fresh.h
  if (isSame && held.as === fresh.as) return held
  throw new CliError(
    'GENBA_FILE_INVALID',
    isSame ? 'the file was read before with other options' : 'the file is not the one that was read before',
    {
      where: path,
      expected: isSame
        ? 'the columns and the prefix of the first time'
        : `${held?.h ?? 'other'} bytes, the same as then`,
      received: isSame ? 'others' : `${fresh.h} bytes`,
      mend: 'give the file another name to read it as a new one',
      effect: 'nothing was read; what was stored of it stays',
    },
  )
}
