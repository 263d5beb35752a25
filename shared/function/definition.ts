/** A function as its pool sees it: `FunctionConfig` with units. */
export interface FunctionDefinition {
  readonly name: string
  /** TypeScript or JavaScript, relative to the component's work folder unless absolute. */
  readonly file: string
  /** Name of the exported function. */
  readonly handler: string
  /** Changes when the file does: only a definition that differs is loaded anew. */
  readonly version: string
  /** Wall time of one attempt. At its end the worker is ended, whatever it is doing. */
  readonly timeoutMs: number
  readonly memoryBytes: number
  /** Inputs at work at once, each in a thread of its own. */
  readonly workers: number
  /** Attempts after the first. */
  readonly retries: number
  /** Pause before the first retry; it doubles with each. */
  readonly backoffMs: number
  /** What the caller gives as `key`: inputs of one key run one after the other, in order. `none`: no order. */
  readonly key: 'tag' | 'rule' | 'none'
  /** Inputs that wait; the next one is refused. */
  readonly queueInputs: number
  readonly queueBytes: number
  /** A worker is replaced after so many calls, against leaks too slow to be noticed. */
  readonly recycleAfter: number
  /** Where the caller publishes what the handler returns. */
  readonly outputTopic: string | undefined
  /** Where the caller publishes what is set aside. */
  readonly deadLetterTopic: string | undefined
}
