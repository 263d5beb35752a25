import type { ConfigStore } from '../configuration/config-store.ts'
import type { FlavourName } from '../flavour.ts'
import { type AccessRequest, type AccessRights, compileAccess } from './access-control.ts'

/** The rights of every component, compiled when first asked for and again when its accessControl changes. */
export class RightsTable {
  readonly #configuration: ConfigStore
  readonly #flavour: FlavourName
  readonly #compiled = new Map<string, AccessRights>()

  constructor(configuration: ConfigStore, flavour: FlavourName) {
    this.#configuration = configuration
    this.#flavour = flavour
    configuration.listen((component, [key]) => {
      if (key?.toLowerCase() === 'accesscontrol') this.#compiled.delete(component)
    })
  }

  readonly allows = (component: string, request: AccessRequest): boolean => {
    let rights = this.#compiled.get(component)
    if (rights === undefined) {
      const { accessControl } = this.#configuration.valueOf(component)
      rights = compileAccess(accessControl, { flavour: this.#flavour })
      this.#compiled.set(component, rights)
    }
    return rights.allows(request)
  }
}
