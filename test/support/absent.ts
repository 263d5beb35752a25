import type { Host } from '../../shared/component/host.ts'

/** For components that ask for none of it; one that does fails its test. */
export const ABSENT: Pick<Host<unknown>, 'bootId' | 'copies' | 'signing' | 'workers'> = {
  bootId: 'test',
  signing: { key: (name) => Promise.reject(new Error(`no key ${name} in this test`)) },
  workers: {
    start: ({ name }) => {
      throw new Error(`no thread for ${name} in this test`)
    },
  },
  copies: {
    thingShadow: (thing) => Promise.reject(new Error(`no shadow of ${thing} in this test`)),
    secret: (id) => Promise.reject(new Error(`no secret ${id} in this test`)),
  },
}
