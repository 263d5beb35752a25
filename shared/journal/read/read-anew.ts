/** Reads again until no sealing has come across it: across one, samples may be there twice, or not at all. */
export async function readAnew<T>(
  { sealings }: { readonly sealings: () => Promise<number> },
  read: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const before = await sealings()
    const outcome = await read()
    if ((await sealings()) === before) return outcome
  }
}
