import { fileSeries } from './files.ts'
import { generatedSeries } from './generated.ts'
import type { Series } from './series.ts'

/** @param dataDirectory of the logged series; without it there are the generated ones alone */
export const seriesOf = (dataDirectory: string | undefined): Series[] => [
  ...(dataDirectory === undefined ? [] : fileSeries(dataDirectory)),
  ...generatedSeries(),
]
