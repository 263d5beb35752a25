/** Points that the longest rule looks at: Nelson 7. */
export const RUN_POINTS_MAX = 15

/** What a rule has found in the newest points. */
export interface RunFinding {
  readonly rule: number
  readonly note: string
  /** Standard deviations from the mean at which the limit lies that was crossed; 0 is the mean itself. */
  readonly limitStd: number
}

interface RunRule {
  readonly note: string
  readonly limitStd: number
  /** @param points standardised, oldest first, the newest last; they are mirrored for the lower side */
  readonly fires: (points: readonly number[]) => boolean
  /** Says nothing of a side: asked once, and not by a chart of one side. */
  readonly isSideless?: true
}

/** At least `least` of the last `of` points beyond a limit on the upper side, the newest among them. */
const beyond =
  (least: number, of: number, limitStd: number) =>
  (points: readonly number[]): boolean =>
    (points.at(-1) ?? 0) > limitStd && points.slice(-of).filter((point) => point > limitStd).length >= least

const rising =
  (length: number) =>
  (points: readonly number[]): boolean => {
    const last = points.slice(-length)
    return (
      last.length === length && last.every((point, index) => index === 0 || point > (last[index - 1] ?? 0))
    )
  }

function alternates(points: readonly number[]): boolean {
  const last = points.slice(-14)
  const steps = last.slice(1).map((point, index) => Math.sign(point - (last[index] ?? 0)))
  return (
    steps.length === 13 &&
    steps.every((step, index) => step !== 0 && (index === 0 || step !== steps[index - 1]))
  )
}

const hugs = (points: readonly number[]): boolean =>
  points.length >= 15 && points.slice(-15).every((point) => Math.abs(point) < 1)

const avoids = (points: readonly number[]): boolean =>
  points.length >= 8 && points.slice(-8).every((point) => Math.abs(point) > 1)

const threeStd: RunRule = { note: 'one point beyond 3 std', limitStd: 3, fires: beyond(1, 1, 3) }
const twoStd: RunRule = { note: 'two of three points beyond 2 std', limitStd: 2, fires: beyond(2, 3, 2) }
const oneStd: RunRule = { note: 'four of five points beyond 1 std', limitStd: 1, fires: beyond(4, 5, 1) }

/** Western Electric, Statistical Quality Control Handbook (1956), rules 1 to 4. */
export const WESTERN_ELECTRIC: readonly RunRule[] = [
  threeStd,
  twoStd,
  oneStd,
  { note: 'eight points in a row on one side', limitStd: 0, fires: beyond(8, 8, 0) },
]

/** Nelson, The Shewhart Control Chart: Tests for Special Causes (1984), tests 1 to 8. */
export const NELSON: readonly RunRule[] = [
  threeStd,
  { note: 'nine points in a row on one side', limitStd: 0, fires: beyond(9, 9, 0) },
  { note: 'six points in a row rising or falling', limitStd: 0, fires: rising(6) },
  { note: 'fourteen points in a row alternating', limitStd: 0, fires: alternates, isSideless: true },
  twoStd,
  oneStd,
  { note: 'fifteen points in a row within 1 std', limitStd: 1, fires: hugs, isSideless: true },
  {
    note: 'eight points in a row beyond 1 std, on either side',
    limitStd: 1,
    fires: avoids,
    isSideless: true,
  },
]

/** The first of these rules, in their order, that the newest point completes. */
export function findRun(
  points: readonly number[],
  table: readonly RunRule[],
  rules: readonly number[],
  side: 'both' | 'above' | 'below',
): RunFinding | undefined {
  const mirrored = points.map((point) => -point)
  for (const number of rules) {
    const rule = table[number - 1]
    if (rule === undefined) continue
    const { note, limitStd } = rule
    const isAbove = (side === 'both' || (side === 'above' && !rule.isSideless)) && rule.fires(points)
    const isBelow = !isAbove && !rule.isSideless && side !== 'above' && rule.fires(mirrored)
    if (isAbove || isBelow) return { rule: number, note, limitStd: isAbove ? limitStd : -limitStd }
  }
  return undefined
}
