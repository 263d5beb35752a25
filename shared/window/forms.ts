import { type AggregatePlan, compileAggregates } from '../aggregate/plan.ts'
import { matchesAny } from '../tag/tag-filter.ts'
import type { KeySpec, WindowDefinition } from './definition.ts'
import { checkDefinitions } from './definition-check.ts'
import type { CreateKeyedWindows } from './keyed-windows.ts'
import { kindOf } from './kinds.ts'

/** A definition as far as it makes windows what they are: under another form they are other windows. */
export interface Form {
  /** Unique in the engine, also over time. */
  readonly id: number
  readonly print: string
  readonly plan: AggregatePlan
  readonly create: CreateKeyedWindows
  /** Changes in what leaves windows as they are. */
  definition: WindowDefinition
  /** Among the definitions of now; otherwise it is kept for windows that are being finished. */
  isWanted: boolean
  /** How many keys have windows of it. */
  uses: number
}

/** Tags of a definition by tag share the state of the tag; of the others, each definition has keys of its own. */
export const groupOf = ({ id, definition }: Form): string => (definition.key.by === 'tag' ? 't' : String(id))

/**
 * What makes windows what they are. Which tags there are belongs to it where several share windows: with other tags
 * a window would be half of the one and half of the other.
 */
export function printOf({ name, tags, key, window, aggregates }: WindowDefinition): string {
  return writeDefinition([name, key.by === 'tag' ? null : tags, key, window, aggregates])
}

/** A definition as JSON, conditions by their text; members in one order, so that equal definitions are equal texts. */
export function writeDefinition(definition: unknown): string {
  return JSON.stringify(definition, (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    if ('holds' in value && 'text' in value) return { text: value.text }
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

export type AttributesOf = (tag: string) => Readonly<Record<string, string>>

/** The key of a tag; undefined when the definition does not name the tag. */
export function keyOfTag(
  { tags, key }: WindowDefinition,
  tag: string,
  attributes: AttributesOf,
): string | undefined {
  return matchesAny(tags, tag) ? keyText(key, tag, attributes) : undefined
}

function keyText(key: KeySpec, tag: string, attributes: AttributesOf): string {
  switch (key.by) {
    case 'tag':
      return tag
    case 'all':
      return ''
    case 'levels': {
      const levels = tag.split('/')
      return key.levels.map((level) => levels[level - 1] ?? '').join('/')
    }
    case 'attribute':
      return attributes(tag)[key.attribute] ?? ''
  }
}

/** The forms of an engine. */
export class Forms {
  #forms: Form[] = []
  #nextId = 0
  /** Ids of forms that have come or changed since the last checkpoint, and of those that have gone. */
  #changed = new Set<number>()

  get all(): readonly Form[] {
    return this.#forms
  }

  get wanted(): readonly Form[] {
    return this.#forms.filter(({ isWanted }) => isWanted)
  }

  byId(id: number): Form | undefined {
    return this.#forms.find((form) => form.id === id)
  }

  /**
   * Other definitions from now on.
   *
   * @returns forms that are new or wanted again, forms whose definition has changed, and forms not wanted any more
   * @throws GenbaError `GENBA_WINDOW_INVALID`, and nothing has changed
   */
  define(definitions: readonly WindowDefinition[]): { added: Form[]; changed: Form[]; gone: Form[] } {
    checkDefinitions(definitions)
    const before = new Set(this.wanted)
    const added: Form[] = []
    const changed: Form[] = []
    const wanted = new Set<Form>()
    for (const definition of definitions) {
      const print = printOf(definition)
      const known = this.#forms.find((form) => form.print === print)
      const form = known ?? this.#add(definition, print)
      wanted.add(form)
      const isSame = writeDefinition(form.definition) === writeDefinition(definition)
      form.definition = definition
      if (!before.has(form)) added.push(form)
      else if (!isSame) changed.push(form)
      if (!isSame || !before.has(form)) this.#changed.add(form.id)
    }
    const gone = [...before].filter((form) => !wanted.has(form))
    for (const form of this.#forms) form.isWanted = wanted.has(form)
    for (const { id } of gone) this.#changed.add(id)
    return { added, changed, gone }
  }

  #add(definition: WindowDefinition, print: string): Form {
    const form = this.#make(this.#nextId++, definition, print, true)
    this.#forms.push(form)
    return form
  }

  #make(id: number, definition: WindowDefinition, print: string, isWanted: boolean): Form {
    const plan = compileAggregates(definition.aggregates)
    return { id, print, plan, create: kindOf(definition.window), definition, isWanted, uses: 0 }
  }

  /** Forgets the forms that are not wanted and have no windows left. */
  prune(): void {
    this.#forms = this.#forms.filter(({ id, isWanted, uses }) => {
      if (isWanted || uses > 0) return true
      this.#changed.add(id)
      return false
    })
  }

  get nextId(): number {
    return this.#nextId
  }

  /** Forms that have changed since the last call; undefined in place of one that is gone. */
  takeChanges(): { id: number; form: Form | undefined }[] {
    const changes = [...this.#changed].map((id) => ({ id, form: this.byId(id) }))
    this.#changed.clear()
    return changes
  }

  /** Puts forms of a checkpoint back. */
  restore(nextId: number, forms: readonly Pick<Form, 'id' | 'definition' | 'isWanted'>[]): void {
    this.#nextId = nextId
    this.#forms = forms
      .map(({ id, definition, isWanted }) => this.#make(id, definition, printOf(definition), isWanted))
      .sort((a, b) => a.id - b.id)
  }
}
