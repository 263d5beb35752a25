/** A law's tables have a few dozen rows; each law is asked once for every tag and version. */
export const CLASSES_MAX = 64
export const LAWS_MAX = 256

/** Twice a week for ten years. Versions are kept whole: what a worm class once promised must stay provable. */
export const VERSIONS_MAX = 1000

/** As many as a law may have filters (`TagFilters`). */
export const FILTERS_MAX = 64

/** Each is asked for every piece of data. */
export const HOLDS_MAX = 1000
export const ERASURES_MAX = 10_000

/** Names and addresses of people, ids, names of classes. */
export const NAME_LENGTH_MAX = 128
/** A paragraph with a case number. */
export const REASON_LENGTH_MAX = 1000

/** A hundred years from now is still an exact number of microseconds; beyond it nobody can promise anything. */
export const KEEP_YEARS_MAX = 100

/** Tags whose classes a policy remembers, as the windows' bound on tags says too. */
export const TAGS_REMEMBERED_MAX = 100_000

/** One an hour for seven days: 14,196 pairs of a forecast, some milliseconds. */
export const FORECAST_SAMPLES_MAX = 169
