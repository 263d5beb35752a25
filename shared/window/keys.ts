import type { Cell } from '../checkpoint/cell.ts'
import { matchesAny } from '../tag/tag-filter.ts'
import type { WindowDefinition } from './definition.ts'
import type { Bounds } from './engine-bounds.ts'
import { type AttributesOf, type Form, type Forms, groupOf, keyOfTag } from './forms.ts'
import { KeyState, type Series } from './key-state.ts'
import { HEAD_CELL } from './keyed-windows.ts'
import { TAGS_MAX } from './limits.ts'

/** The group of the keys that are tags. */
const TAGS = 't'

/** A cell of the windows of a key. */
export interface SeriesCell extends Cell {
  readonly state: KeyState
  readonly seriesId: number
}

/**
 * All keys of an engine. Every tag that was ever seen has one, whether a definition groups by tag or not: it says
 * how far the tag had come when a definition comes later.
 */
export class Keys {
  count = 0
  readonly #groups = new Map<string, Map<string, KeyState>>()
  readonly #forms: Forms
  readonly #bounds: Bounds
  readonly #attributes: AttributesOf
  readonly #keysMax: number
  /** The keys that samples of a tag go to. */
  readonly #routes = new Map<string, readonly KeyState[]>()
  readonly #changed = new Set<KeyState>()
  #removed: KeyState[] = []
  #removedCells: SeriesCell[] = []

  constructor(forms: Forms, bounds: Bounds, attributes: AttributesOf, keysMax = TAGS_MAX) {
    this.#forms = forms
    this.#bounds = bounds
    this.#attributes = attributes
    this.#keysMax = keysMax
  }

  /** Undefined when there is no room for another key. */
  ofTag(tag: string): readonly KeyState[] | undefined {
    const known = this.#routes.get(tag)
    if (known !== undefined) return known
    const own = this.#find(TAGS, tag) ?? this.#create(TAGS, tag)
    if (own === undefined) return undefined
    const route = [own]
    for (const form of this.#forms.all) {
      const key =
        form.definition.key.by === 'tag' ? undefined : keyOfTag(form.definition, tag, this.#attributes)
      if (key === undefined) continue
      const group = groupOf(form)
      const state = this.#find(group, key) ?? (form.isWanted ? this.#create(group, key) : undefined)
      if (state !== undefined) route.push(state)
      else if (form.isWanted) return undefined
    }
    this.#routes.set(tag, route)
    return route
  }

  #find(group: string, key: string): KeyState | undefined {
    return this.#groups.get(group)?.get(key)
  }

  #create(group: string, key: string): KeyState | undefined {
    if (this.count >= this.#keysMax) return undefined
    const state = this.add(group, key)
    for (const form of this.#forms.wanted) {
      const isOwn = groupOf(form) === group && (group !== TAGS || matchesAny(form.definition.tags, key))
      if (isOwn) this.#addSeries(state, form)
    }
    return state
  }

  /** A key without windows. */
  add(group: string, key: string): KeyState {
    const state = new KeyState(group, key)
    const states = this.#groups.get(group)
    if (states === undefined) this.#groups.set(group, new Map([[key, state]]))
    else states.set(key, state)
    this.count++
    this.note(state)
    return state
  }

  #addSeries(state: KeyState, form: Form): void {
    this.restoreSeries(state, form, state.nextSeriesId++, state.newestUs, false)
  }

  /** Puts the windows of a key under a definition in place, still empty. */
  restoreSeries(state: KeyState, form: Form, id: number, unseenUs: number, isRetiring: boolean): Series {
    const { definition, plan } = form
    const windows = form.create({ key: state.key, definition, plan, unseenUs })
    const series = { id, form, windows, unseenUs, isRetiring }
    state.series.push(series)
    form.uses++
    return series
  }

  /** Other definitions from now on. @throws GenbaError `GENBA_WINDOW_INVALID`, and nothing has changed */
  define(definitions: readonly WindowDefinition[]): void {
    const { added, changed, gone } = this.#forms.define(definitions)
    // Attributes may be others as well, and a restart would ask for them anew.
    this.#routes.clear()
    if (added.length + changed.length + gone.length === 0) return
    this.#defineTags(new Set(changed))
    for (const form of added) if (groupOf(form) !== TAGS) this.#begin(form)
    for (const form of changed)
      if (groupOf(form) !== TAGS) this.#each(form, (state) => this.#reshape(state, form))
    for (const form of gone)
      if (groupOf(form) !== TAGS) this.#each(form, (state) => this.#retire(state, form))
    this.#forms.prune()
  }

  #defineTags(changed: ReadonlySet<Form>): void {
    const forms = this.#forms.wanted.filter((form) => groupOf(form) === TAGS)
    for (const state of this.#groups.get(TAGS)?.values() ?? []) {
      state.refresh()
      const wanted = new Set(forms.filter(({ definition }) => matchesAny(definition.tags, state.key)))
      for (const { form, isRetiring } of state.series) {
        if (isRetiring) continue
        if (!wanted.has(form)) this.#retire(state, form)
        else if (changed.has(form)) this.#reshape(state, form)
        wanted.delete(form)
      }
      for (const form of wanted) this.#addSeries(state, form)
      this.pruneKey(state)
      this.note(state)
    }
  }

  /** The keys of a definition that is new, from the tags that have been seen. */
  #begin(form: Form): void {
    const group = groupOf(form)
    for (const own of this.#groups.get(TAGS)?.values() ?? []) {
      const key = keyOfTag(form.definition, own.key, this.#attributes)
      if (key === undefined) continue
      if (this.#find(group, key) === undefined && this.count >= this.#keysMax) continue
      const state = this.#find(group, key) ?? this.add(group, key)
      state.newestUs = Math.max(state.newestUs, own.newestUs)
      for (const feeder of own.feeders) if (!state.feeders.includes(feeder)) state.attach(feeder)
    }
    this.#each(form, (state) => {
      state.refresh()
      this.#addSeries(state, form)
    })
  }

  #each(form: Form, change: (state: KeyState) => void): void {
    for (const state of [...(this.#groups.get(groupOf(form))?.values() ?? [])]) {
      change(state)
      this.pruneKey(state)
      this.note(state)
    }
  }

  #reshape(state: KeyState, form: Form): void {
    state.refresh()
    for (const series of state.series) {
      if (series.form === form && !series.isRetiring)
        series.windows.reshape(form.definition, state.watermarkUs)
    }
  }

  #retire(state: KeyState, form: Form): void {
    for (const series of state.series) {
      if (series.form !== form || series.isRetiring) continue
      series.isRetiring = true
      series.windows.retire()
    }
  }

  /** Forgets the windows that are retired and finished, and the key when no definition is left. */
  pruneKey(state: KeyState): void {
    const finished = state.series.filter(({ isRetiring, windows }) => isRetiring && windows.isEmpty)
    if (finished.length === 0) return
    for (const { id, form, windows } of finished) {
      form.uses--
      // A cell that is written and then removed is a cell that is gone.
      for (const { key } of [...windows.takeCells(), { key: HEAD_CELL }])
        this.#removedCells.push({ state, seriesId: id, key, text: undefined })
    }
    state.series = state.series.filter((series) => !finished.includes(series))
    if (state.group !== TAGS && state.series.length === 0) this.#remove(state)
    else this.note(state)
    this.#forms.prune()
  }

  #remove(state: KeyState): void {
    state.detach()
    this.#groups.get(state.group)?.delete(state.key)
    this.count--
    this.#changed.delete(state)
    this.#removed.push(state)
    this.#routes.clear()
  }

  /** At the bound, revisions are what can be given up: no answer is lost by it, only later corrections. */
  giveUp(): void {
    for (const state of this.all()) {
      for (const { windows } of state.series) windows.giveUp(this.#bounds)
      this.note(state)
    }
  }

  note(state: KeyState): void {
    if (state.isNoted) return
    state.isNoted = true
    this.#changed.add(state)
  }

  *all(): Iterable<KeyState> {
    for (const states of this.#groups.values()) yield* states.values()
  }

  /** What has changed since the last call. */
  takeChanges(): { changed: KeyState[]; removed: KeyState[]; cells: SeriesCell[] } {
    const changed = [...this.#changed].filter((state) => this.#find(state.group, state.key) === state)
    const cells = this.#removedCells
    const removed = this.#removed.filter(({ group, key }) => this.#find(group, key) === undefined)
    this.#changed.clear()
    this.#removed = []
    this.#removedCells = []
    for (const state of changed) {
      state.isNoted = false
      for (const { id, windows } of state.series)
        for (const cell of windows.takeCells()) cells.push({ ...cell, state, seriesId: id })
    }
    return { changed, removed, cells }
  }
}
