/** What the historian's health tells of its store. */
export interface StoredFigures {
  readonly samples: number
  /** Estimated; what came with records is in it. */
  readonly unsealedBytes: number
  readonly sealed: { readonly samples: number; readonly bytes: number; readonly count: number }
}

/** @param figure by the name behind `genba_historian_` */
export function storedFigures(figure: (name: string) => number): StoredFigures {
  const samples = figure('samples_stored')
  const sealed = {
    samples: figure('samples_sealed'),
    bytes: figure('chunk_bytes'),
    count: figure('chunks'),
  }
  // It tells the bytes of all frames it ever took; those of the sealed ones are as many in proportion.
  const unsealedShare = samples === 0 ? 0 : (samples - sealed.samples) / samples
  return { samples, unsealedBytes: Math.round(figure('store_bytes') * unsealedShare), sealed }
}
