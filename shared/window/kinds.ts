import { AlignedWindows } from './aligned-windows.ts'
import { type Alignment, hoppingAlignment, tumblingAlignment } from './alignment.ts'
import { calendarAlignment } from './calendar.ts'
import type { WindowKind } from './definition.ts'
import type { CreateKeyedWindows } from './keyed-windows.ts'
import { createCountWindows } from './kinds/count.ts'
import { createRunWindows } from './kinds/run.ts'
import { createSlidingWindows } from './kinds/sliding.ts'
import { createStateWindows } from './kinds/state.ts'
import { SessionWindows } from './session-windows.ts'

/**
 * What makes the windows of each key; keys of a definition share the bounds of its calendar.
 *
 * @throws RangeError for a time zone or a time of day that does not exist
 */
export function kindOf(window: WindowKind): CreateKeyedWindows {
  switch (window.type) {
    case 'tumbling':
      return aligned(tumblingAlignment(window))
    case 'hopping':
      return aligned(hoppingAlignment(window))
    case 'calendar':
      return aligned(calendarAlignment(window))
    case 'session':
      return (context) => new SessionWindows(context)
    case 'sliding':
      return createSlidingWindows
    case 'count':
      return createCountWindows
    case 'state':
      return createStateWindows
    case 'run':
      return createRunWindows
  }
}

const aligned =
  (alignment: Alignment): CreateKeyedWindows =>
  (context) =>
    new AlignedWindows(context, alignment)
