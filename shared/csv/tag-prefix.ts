/** What the tags of a file begin with when nobody says: its name without folders and ending, made fit for a tag. */
export function tagPrefixOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return (dot > 0 ? name.slice(0, dot) : name).replace(/[+#\p{Cc}]/gu, '_') || 'file'
}
