import { formatDurationUs } from '../time/duration.ts'
import { coversFilter } from './filter-cover.ts'
import { DEFAULT_CLASS, type LawClass, type TagLaw } from './law-class.ts'

interface LawIssue {
  readonly path: readonly (string | number)[]
  readonly expected: string
  readonly mend: string
}

interface LawParts {
  readonly lawClasses: readonly LawClass[]
  readonly laws: readonly TagLaw[]
}

/** What is wrong between the parts of a law that are each well formed. */
export function lawIssues({ lawClasses, laws }: LawParts): LawIssue[] {
  return [
    ...lawClasses.flatMap((each, index) => classIssues(each, index)),
    ...duplicateNames(lawClasses),
    ...laws.flatMap((law, index) => unknownClass(law, index, lawClasses)),
    ...unreachableLaws(laws),
  ]
}

function classIssues(lawClass: LawClass, index: number): LawIssue[] {
  const { name, keepAtLeast, keepAtMost, worm } = lawClass
  const issues = rawIssues(lawClass, index)
  if (keepAtMost !== undefined && keepAtMost < keepAtLeast) {
    issues.push({
      path: ['lawClasses', index, 'keepAtMost'],
      expected: `a duration of at least keepAtLeast of ${name}, which is ${formatDurationUs(keepAtLeast)}`,
      mend: 'raise keepAtMost, lower keepAtLeast, or give the tags two classes',
    })
  }
  if (worm && keepAtLeast === 0) {
    issues.push({
      path: ['lawClasses', index, 'keepAtLeast'],
      expected: `a duration of more than 0s, since ${name} is worm`,
      mend: 'state keepAtLeast, or remove worm: it protects nothing without a duty',
    })
  }
  return issues
}

function rawIssues(
  { name, keepAtLeast, keepAtMost = Number.POSITIVE_INFINITY, keepRawAtMost }: LawClass,
  index: number,
): LawIssue[] {
  const path = ['lawClasses', index, 'keepRawAtMost']
  if (keepRawAtMost === undefined) return []
  if (keepRawAtMost < keepAtLeast) {
    return [
      {
        path,
        expected: `a duration of at least keepAtLeast of ${name}, which is ${formatDurationUs(keepAtLeast)}`,
        mend: 'raise keepRawAtMost or lower keepAtLeast: the duty is one to keep the samples',
      },
    ]
  }
  if (keepRawAtMost < keepAtMost) return []
  return [
    {
      path,
      expected: `a duration below keepAtMost of ${name}, which is ${formatDurationUs(keepAtMost)}`,
      mend: 'lower keepRawAtMost or remove it: at keepAtMost everything goes',
    },
  ]
}

const duplicateNames = (lawClasses: readonly LawClass[]): LawIssue[] =>
  lawClasses.flatMap(({ name }, index) =>
    lawClasses.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            path: ['lawClasses', index, 'name'],
            expected: 'a name that no other law class has',
            mend: `rename or remove one of the classes named "${name}"`,
          },
        ],
  )

function unknownClass(law: TagLaw, index: number, lawClasses: readonly LawClass[]): LawIssue[] {
  const names = [...lawClasses.map(({ name }) => name), DEFAULT_CLASS.name]
  if (names.includes(law.class)) return []
  return [
    {
      path: ['laws', index, 'class'],
      expected: `a class of lawClasses: one of ${[...new Set(names)].join(', ')}`,
      mend: `add "${law.class}" to lawClasses, or name one that is there`,
    },
  ]
}

/** A law behind one that takes all of its tags never applies: a duty that somebody wrote down would not hold. */
function unreachableLaws(laws: readonly TagLaw[]): LawIssue[] {
  return laws.flatMap((law, index) => {
    const before = laws.slice(0, index)
    const isReached = law.tags.some(
      (filter) => !before.some(({ tags }) => tags.some((other) => coversFilter(other, filter))),
    )
    const first = before.findIndex(
      (other) =>
        other.class !== law.class &&
        law.tags.some((filter) => other.tags.some((wide) => coversFilter(wide, filter))),
    )
    if (isReached || first < 0) return []
    return [
      {
        path: ['laws', index, 'tags'],
        expected: `tags that no law before takes; laws[${first}] takes them`,
        mend: `move it before laws[${first}]: the first law that names a tag counts`,
      },
    ]
  })
}
