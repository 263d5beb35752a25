import { join } from 'node:path'
import { type Observable, Subject } from 'rxjs'
import * as z from 'zod'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import { RecordFolder } from '../disk/record-folder.ts'

/** A thing became a member of a group. */
export interface GroupJoin {
  readonly thing: string
  readonly group: string
}

/** Things and thing groups of the simulated account (the registry of IoT Core). */
export interface Registry {
  thingNames(): string[]
  groupNames(): string[]
  /** Makes it when it is missing. @throws GenbaError `GENBA_CLOUD_NAME` */
  putThing(name: string): Promise<void>
  /** Makes it when it is missing. @throws GenbaError `GENBA_CLOUD_NAME` */
  putGroup(name: string): Promise<void>
  /** Makes thing and group where they are missing. A thing that joins gets the group's current deployment. */
  addToGroup(thing: string, group: string): Promise<void>
  removeFromGroup(thing: string, group: string): Promise<void>
  /** Also out of its groups. */
  deleteThing(name: string): Promise<void>
  /** Its things stay. */
  deleteGroup(name: string): Promise<void>
  groupsOf(thing: string): string[]
  thingsIn(group: string): string[]
  readonly joins$: Observable<GroupJoin>
}

/** CreateThing and CreateThingGroup of the IoT API. */
const NAME = /^[a-zA-Z0-9:_-]{1,128}$/

const Thing = z.object({ name: z.string() })
const Group = z.object({ name: z.string(), things: z.array(z.string()) })
type Group = z.output<typeof Group>

/** Opens the registry on what the folder holds. */
export async function openRegistry(directory: string): Promise<Registry> {
  const things = await RecordFolder.open(join(directory, 'things'), Thing)
  const groups = await RecordFolder.open(join(directory, 'groups'), Group)
  return new FolderRegistry(things, groups)
}

class FolderRegistry implements Registry {
  readonly #things: RecordFolder<z.output<typeof Thing>>
  readonly #groups: RecordFolder<Group>
  readonly #joins = new Subject<GroupJoin>()

  constructor(things: RecordFolder<z.output<typeof Thing>>, groups: RecordFolder<Group>) {
    this.#things = things
    this.#groups = groups
  }

  get joins$(): Observable<GroupJoin> {
    return this.#joins.asObservable()
  }

  thingNames(): string[] {
    return this.#things.ids().sort()
  }

  groupNames(): string[] {
    return this.#groups.ids().sort()
  }

  async putThing(name: string): Promise<void> {
    checkName('thing', name)
    await this.#things.change(name, (current) => current ?? { name })
  }

  async putGroup(name: string): Promise<void> {
    checkName('thing group', name)
    await this.#groups.change(name, (current) => current ?? { name, things: [] })
  }

  async addToGroup(thing: string, group: string): Promise<void> {
    await this.putThing(thing)
    await this.putGroup(group)
    const before = await this.#setMembers(group, (members) => [...new Set([...members, thing])])
    if (!before.includes(thing)) this.#joins.next({ thing, group })
  }

  async removeFromGroup(thing: string, group: string): Promise<void> {
    await this.#setMembers(group, (members) => members.filter((member) => member !== thing))
  }

  async deleteThing(name: string): Promise<void> {
    for (const group of this.groupsOf(name)) await this.removeFromGroup(name, group)
    await this.#things.delete(name)
  }

  async deleteGroup(name: string): Promise<void> {
    await this.#groups.delete(name)
  }

  groupsOf(thing: string): string[] {
    const groups = this.#groups.values().filter(({ things }) => things.includes(thing))
    return groups.map(({ name }) => name).sort()
  }

  thingsIn(group: string): string[] {
    return this.#groups.get(group)?.things ?? []
  }

  /** @returns the members before; a group that is not there gets none */
  async #setMembers(name: string, change: (members: string[]) => string[]): Promise<string[]> {
    const before = await this.#groups.change(
      name,
      (current) => current && { name, things: change(current.things) },
    )
    return before?.things ?? []
  }
}

function checkName(what: string, name: string): void {
  if (NAME.test(name)) return
  throw new GenbaError('GENBA_CLOUD_NAME', `the name of a ${what} is refused`, {
    issues: [{ expected: '1 to 128 letters, digits, colons, dashes and underscores', received: name }],
  })
}
