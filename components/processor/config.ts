// The schema stands where a backtest and `genba rule check` reach it as well.
export { ProcessorConfig } from '../../shared/processing/config.ts'
