/** What a person asks of one alarm. */
export type AlarmCommand = {
  readonly rule: string
  readonly key: string
  /** The person; cut to `WHO_LENGTH_MAX` characters. */
  readonly by: string
  readonly reason?: string
  /** When it was asked, on the clock of the samples. */
  readonly timeUs: number
} & (
  | { readonly kind: 'acknowledge' | 'unshelve' }
  /** No notices until then. */
  | { readonly kind: 'shelve'; readonly untilUs: number }
)
