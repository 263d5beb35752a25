import type { FrameHeader } from './frame.ts'

/** A frame's identity as one text: two frames have it in common only when they are the same. */
export const frameIdentity = ({
  producer,
  epoch,
  sequence,
}: Pick<FrameHeader, 'producer' | 'epoch' | 'sequence'>): string => `${producer}|${epoch}|${sequence}`
