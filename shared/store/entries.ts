import type { KeyRange, PageLimits, ReadableStore, StoreEntry } from './store.ts'

/** Every entry of a range in the order of its keys, a page in memory at a time. @throws StoreError */
export async function* entriesOf(
  store: Pick<ReadableStore, 'page'>,
  range: KeyRange,
  limits: PageLimits,
): AsyncGenerator<StoreEntry> {
  let rest = range
  for (;;) {
    const page = await store.page(rest, limits)
    yield* page
    const last = page.at(-1)
    if (!last) return
    rest = { gt: last.key, ...(range.lt && { lt: range.lt }) }
  }
}
