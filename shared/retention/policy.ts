import { createTagFilter } from '../tag/tag-filter.ts'
import type { LawConfig } from './config.ts'
import { DEFAULT_CLASS, type LawClass } from './law-class.ts'
import type { PolicyHistory } from './law-version.ts'
import { TAGS_REMEMBERED_MAX } from './limits.ts'
import { subjectOf } from './subject.ts'

/** What the law says of one piece of data. */
export interface Terms {
  /** The class that the tag has now. */
  readonly lawClass: LawClass
  /** The longest that binds: of the present class, and of every worm class that the data has ever been under. */
  readonly keepAtLeastUs: number
  /** Whose that is: a class of an older revision where the law was shortened since. */
  readonly dutyOf: { readonly name: string; readonly revision: number }
  /** Of the present class. */
  readonly keepAtMostUs: number | undefined
  /** Of the present class. */
  readonly keepRawAtMostUs: number | undefined
}

/** A history made ready for many questions. */
export interface Policy {
  /** The class that a tag has now. */
  classOf(tag: string): LawClass
  /** @param lawRevision the revision that was in force when the data came; 0 when it came before any law */
  termsOf(tag: string, lawRevision: number): Terms
  /** Whom data is about that came under a revision: by the law of then or, where that names nobody, by that of now. */
  subjectOf(tag: string, lawRevision: number): string | undefined
}

export function createPolicy(history: PolicyHistory): Policy {
  const versions = history.map(({ revision, law }) => ({ revision, classOf: createClassLookup(law) }))
  const present = versions.at(-1) ?? { revision: 0, classOf: () => DEFAULT_CLASS }
  return {
    classOf: present.classOf,
    subjectOf(tag, lawRevision) {
      const then = versions.find(({ revision }) => revision === lawRevision) ?? present
      return subjectBy(then.classOf(tag), tag) ?? subjectBy(present.classOf(tag), tag)
    },
    termsOf(tag, lawRevision) {
      const lawClass = present.classOf(tag)
      let keepAtLeastUs = lawClass.keepAtLeast
      let dutyOf = { name: lawClass.name, revision: present.revision }
      for (const { revision, classOf } of versions) {
        // The version in force when the data came, and all since: a longer term holds for stored data at once.
        if (revision < lawRevision) continue
        const { name, worm, keepAtLeast } = classOf(tag)
        if (!worm || keepAtLeast <= keepAtLeastUs) continue
        keepAtLeastUs = keepAtLeast
        dutyOf = { name, revision }
      }
      const { keepAtMost: keepAtMostUs, keepRawAtMost: keepRawAtMostUs } = lawClass
      return { lawClass, keepAtLeastUs, dutyOf, keepAtMostUs, keepRawAtMostUs }
    },
  }
}

const subjectBy = ({ subject }: LawClass, tag: string): string | undefined =>
  subject === undefined ? undefined : subjectOf(subject, tag)

function createClassLookup({ lawClasses, laws }: LawConfig): (tag: string) => LawClass {
  const classes = new Map([[DEFAULT_CLASS.name, DEFAULT_CLASS]])
  for (const each of lawClasses) classes.set(each.name, each)
  const fallback = classes.get(DEFAULT_CLASS.name) ?? DEFAULT_CLASS
  const entries = laws.map((law) => ({
    names: createTagFilter(law.tags),
    lawClass: classes.get(law.class) ?? fallback,
  }))
  const known = new Map<string, LawClass>()
  return (tag) => {
    const answer = known.get(tag) ?? entries.find(({ names }) => names(tag))?.lawClass ?? fallback
    if (known.size >= TAGS_REMEMBERED_MAX) known.clear()
    known.set(tag, answer)
    return answer
  }
}
