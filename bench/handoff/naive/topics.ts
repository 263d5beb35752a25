/** The naive path's own topics: one message a sample, one acknowledgement a write. */
export const NAIVE_SAMPLES = 'bench/naive/sample'
export const NAIVE_ACKNOWLEDGED = 'bench/naive/acknowledged'
