/** Consecutive items in groups of at most `sizeMax`; an item that is larger alone makes a group alone. */
export function groupBySize<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  sizeMax: number,
): readonly (readonly Item[])[] {
  const groups: Item[][] = []
  let size = 0
  for (const item of items) {
    const itemSize = sizeOf(item)
    const group = groups.at(-1)
    if (group && size + itemSize <= sizeMax) {
      group.push(item)
      size += itemSize
    } else {
      groups.push([item])
      size = itemSize
    }
  }
  return groups
}
