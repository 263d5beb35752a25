/** Versions of the SQL, oldest first; `beta` is read as 2016-03-23. */
export type SqlVersion = '2015-10-08' | '2016-03-23'

/** What a rule without `awsIotSqlVersion` gets in the cloud. */
export const DEFAULT_VERSION: SqlVersion = '2015-10-08'

/** Names that a rule may give as its version. */
export const SQL_VERSION_NAMES = ['2015-10-08', '2016-03-23', 'beta'] as const
export type SqlVersionName = (typeof SQL_VERSION_NAMES)[number]

export const versionOf = (name: SqlVersionName = DEFAULT_VERSION): SqlVersion =>
  name === 'beta' ? '2016-03-23' : name
