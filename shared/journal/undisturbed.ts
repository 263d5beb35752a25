import type { RangeSource } from './range-reader.ts'

/** What a read gives that no sealing came across: across one, samples may be there twice, or not at all. */
export async function undisturbed<T>(
  { sealings }: Pick<RangeSource, 'sealings'>,
  read: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const before = await sealings()
    const outcome = await read()
    if ((await sealings()) === before) return outcome
  }
}
