/**
 * Windows held at once, open or still revisable: about 300 bytes each, so 60 MB. With windows of 10 s that stay
 * revisable for 10 minutes this is 3,300 tags.
 */
export const OPEN_WINDOWS_MAX = 200_000

/** Tags known at once: a tag without windows is about 400 bytes. */
export const TAGS_MAX = 100_000

/** Far more than the sources of a gateway; bounds what a producer gone mad with names can take. */
export const PRODUCERS_MAX = 4096

/** Samples that windows keep one by one (sliding, count, state, run): 40 bytes each, so 40 MB. */
export const BUFFERED_SAMPLES_MAX = 1_000_000
