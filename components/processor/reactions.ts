import type { Host } from '../../shared/component/host.ts'
import { toDefinition } from '../../shared/function/config.ts'
import type { FunctionPool } from '../../shared/function/pool.ts'
import type { CompiledSettings } from '../../shared/processing/settings.ts'
import type { ProcessorConfig } from './config.ts'
import { Effects } from './effects/effects.ts'
import { Inquiries } from './effects/inquiries.ts'
import { askOutside, createFunctionAnswers } from './effects/lookups.ts'
import { Reflex } from './effects/reflex.ts'
import { openFunctions } from './open-functions.ts'

/** All by which the processor acts on the world. */
export interface Reactions {
  readonly functions: FunctionPool
  readonly effects: Effects
  readonly inquiries: Inquiries
  readonly reflex: Reflex
  /** Other functions from now on. */
  reconfigure(config: ProcessorConfig): void
  close(): Promise<void>
}

export interface ReactionsParts {
  /** In force now. */
  readonly config: () => ProcessorConfig
  readonly compiled: () => CompiledSettings
  readonly signal: AbortSignal
}

export async function openReactions(
  host: Host<unknown>,
  { config, compiled, signal }: ReactionsParts,
): Promise<Reactions> {
  const { identity, copies, scheduler, log } = host
  const store = await host.store.open('functions')
  const answers = createFunctionAnswers()
  const functions = await openFunctions(host, store, { configs: () => config().functions, answers })
  const orderOf = (name: string) => config().functions.find((each) => each.name === name)?.key
  const effects = new Effects({ ...host, functions, orderOf, signal })
  const inquiries = new Inquiries({
    thing: identity.thing,
    ruleOf: (name) => compiled().rules.find((rule) => rule.config.name === name),
    ask: (id, name, args) => askOutside({ functions, answers, copies }, id, name, args),
    effects,
    scheduler,
    log,
  })
  const reflex = new Reflex(identity.thing, effects)
  reflex.reconfigure(compiled())
  return {
    functions,
    effects,
    inquiries,
    reflex,
    reconfigure: ({ functions: configs }) => functions.reconfigure(configs.map(toDefinition)),
    async close() {
      await functions.close()
      await store.close()
    },
  }
}
