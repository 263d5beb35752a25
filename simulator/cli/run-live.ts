import { asyncScheduler, interval, lastValueFrom } from 'rxjs'
import { concatMap, takeUntil } from 'rxjs/operators'
import type { Context } from './context.ts'
import { CrashWatch, logTail } from './crash-watch.ts'
import { withGateway } from './ending.ts'
import type { Gateway, GatewayOptions } from './gateway.ts'
import { createStatusView } from './live-view.ts'

const REFRESH_MS = 1000

/** Runs a gateway until it is told to end, and shows how it goes. */
export async function runLive(
  { output }: Context,
  options: GatewayOptions,
  form: 'text' | 'line' | 'json',
  about: readonly string[],
): Promise<void> {
  const kept = await withGateway(options, output, async (gateway, ending$) => {
    for (const line of banner(gateway, about)) output.note(line)
    reportCrashes(gateway, (note) => output.note(note))
    const view = createStatusView(output, form)
    const refresh = interval(REFRESH_MS, asyncScheduler).pipe(
      concatMap(() => view.show(gateway.status())),
      takeUntil(ending$),
    )
    await lastValueFrom(refresh, { defaultValue: undefined })
    await view.end()
    output.note('genba: stopping')
    return gateway.state.path
  })
  output.note(`genba: stopped; everything is kept in ${kept}`)
}

function banner({ state }: Gateway, about: readonly string[]): string[] {
  return [
    `genba: a gateway runs in ${state.path}`,
    ...about.map((line) => `       ${line}`),
    '       in another terminal: npx genba status | history | rule list | fault kill Historian | --help',
    '       Ctrl-C stops it',
    '',
  ]
}

/** In a live gateway a component that cannot start is told, and the others go on. */
function reportCrashes({ nucleus, board, state }: Gateway, note: (text: string) => void): void {
  const watch = new CrashWatch()
  board.messages$.subscribe(({ component }) => watch.noteAlive(component))
  nucleus.events$.subscribe((event) => {
    const component = watch.note(event)
    if (component === undefined) return
    note(`genba: ${component} ends again and again; its log says:`)
    for (const line of logTail(state.logs, component)) note(`  ${line}`)
  })
}
