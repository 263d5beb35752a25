import { readFileSync } from 'node:fs'

export interface SystemUser {
  readonly uid: number
  readonly gid: number
}

/** The files that name users and groups (passwd(5), group(5)). */
const FILES = { users: '/etc/passwd', groups: '/etc/group' }

/**
 * @param name `user` or `user:group`, each a name or a number
 * @returns undefined when the system has no such user or group
 */
export function findUser(name: string, files: typeof FILES = FILES): SystemUser | undefined {
  const [user = '', group] = name.split(':')
  const entry = findEntry(files.users, user)
  const gid = group === undefined || group === '' ? entry?.[3] : findEntry(files.groups, group)?.[2]
  if (entry === undefined || gid === undefined) return undefined
  return { uid: Number(entry[2]), gid: Number(gid) }
}

/** The fields of the line whose name or number this is. */
function findEntry(path: string, wanted: string): string[] | undefined {
  const entries = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  return entries.find(([name]) => name === wanted) ?? entries.find(([, , number]) => number === wanted)
}
