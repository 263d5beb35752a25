import { encodeText } from '../../shared/bytes/text.ts'
import type { Host } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import { type FunctionConfig, toDefinition } from '../../shared/function/config.ts'
import { createFunctionPool, type FunctionPool } from '../../shared/function/pool.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'
import type { FunctionAnswers } from './effects/lookups.ts'

/**
 * The functions of the site; what they return, and what is set aside, goes to the topics that they name.
 *
 * @param parts.configs those in force now
 * @param parts.answers rules that wait for what a function returns
 */
export function openFunctions(
  { bus, workers, scheduler, clock, log }: Host<unknown>,
  store: KeyValueStore,
  {
    configs,
    answers,
  }: { readonly configs: () => readonly FunctionConfig[]; readonly answers: FunctionAnswers },
): Promise<FunctionPool> {
  /** Undefined for an input that nobody waits for. */
  const take = (id: string) => {
    const waiting = answers.waiting.get(id)
    answers.waiting.delete(id)
    return waiting
  }
  const configOf = (name: string) => configs().find((config) => config.name === name)
  const tell = (topic: string | undefined, message: object): void => {
    if (topic === undefined) return
    bus.publish(topic, { bytes: encodeText(JSON.stringify(message)) }).catch((error) => {
      log.warn({ topic, err: describeError(error) }, 'what a function gave could not be published')
    })
  }
  return createFunctionPool(configs().map(toDefinition), {
    workers,
    scheduler,
    clock,
    log,
    store,
    onDone: (done) => {
      take(done.id)?.resolve(done.result)
      if (done.result !== undefined) tell(configOf(done.function)?.output, { v: 1, ...done })
    },
    onSetAside: (input) => {
      take(input.id)?.reject(new Error(`${input.function} failed: ${input.message}`))
      tell(configOf(input.function)?.deadLetter, { v: 1, ...input })
    },
  })
}
