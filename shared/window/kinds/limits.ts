/**
 * Samples that one key keeps one by one: an hour at 70 samples a second, about 7 MB. At the bound the older half
 * takes effect as if the watermark had passed it, so that a stuck source costs order and not answers.
 */
export const KEY_SAMPLES_MAX = 262_144
