import type * as z from 'zod'

/** Lines of JSON that come in any pieces, as what they have to be. @throws ZodError when one is something else */
export async function parseLines<T extends z.ZodType>(
  parts: AsyncIterable<string>,
  schema: T,
): Promise<z.output<T>[]> {
  const rows: z.output<T>[] = []
  let rest = ''
  for await (const part of parts) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    rows.push(...lines.map((text) => schema.parse(JSON.parse(text))))
  }
  return rows
}
