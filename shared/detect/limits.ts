export const NAME_LENGTH_MAX = 128
/** A line on a telephone. */
export const TEXT_LENGTH_MAX = 300

/** Each band is summed for every segment. */
export const BANDS_MAX = 16

/** Tags that detections name: about 400 bytes each. Tags beyond are not watched, as the windows' bound on tags says too. */
export const WATCHED_TAGS_MAX = 100_000

/** Far more than the sources of a gateway; bounds what a producer gone mad with names can take. */
export const PRODUCERS_MAX = 4096
