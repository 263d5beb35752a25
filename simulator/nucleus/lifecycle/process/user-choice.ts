import { chownSync } from 'node:fs'
import { findUser, type SystemUser } from './system-user.ts'

/** Decides whom scripts run as. */
export interface UserChoice {
  /** @returns undefined to run as we do */
  choose(script: UserWish): SystemUser | undefined
}

export interface UserWish {
  readonly component: string
  /** `user` or `user:group` of the deployment. */
  readonly runAs: string | undefined
  /** The recipe asks for root (RequiresPrivilege). */
  readonly isRoot: boolean
  /** Its work folder, which shall belong to the user. */
  readonly cwd: string
}

export interface UserChoiceOptions {
  /** Only root may run a process as somebody else. */
  readonly areWeRoot?: boolean
  /** Hears once for each component what cannot be done, in plain words. */
  readonly note: (component: string, text: string) => void
}

export function createUserChoice({
  areWeRoot = process.getuid?.() === 0,
  note,
}: UserChoiceOptions): UserChoice {
  const noted = new Set<string>()
  const noteOnce = (component: string, text: string): undefined => {
    if (noted.has(component + text)) return
    noted.add(component + text)
    note(component, text)
  }
  return {
    choose: ({ component, runAs, isRoot, cwd }) => {
      if (isRoot) {
        return areWeRoot ? undefined : noteOnce(component, 'a script that asks for root runs as who we are')
      }
      if (runAs === undefined) return undefined
      if (!areWeRoot)
        return noteOnce(component, `it shall run as ${runAs} and runs as who we are: only root may choose`)
      const user = findUser(runAs)
      if (user === undefined)
        return noteOnce(component, `it shall run as ${runAs}, which this system does not know`)
      chownSync(cwd, user.uid, user.gid)
      return user
    },
  }
}
