import { checkAggregateCase } from './aggregate.ts'
import type { CaseCheck } from './check.ts'
import { checkIotSqlCase } from './iot-sql.ts'
import { checkAccessCase } from './nucleus/access-control.ts'
import { checkClientDeviceCase } from './nucleus/client-device-policy.ts'
import { checkConfigUpdateCase } from './nucleus/config-update.ts'
import { checkInterpolateCase } from './nucleus/interpolate.ts'
import { checkPlatformCase } from './nucleus/platform.ts'
import { checkRecipeCase } from './nucleus/recipe.ts'
import { checkResolveCase } from './nucleus/resolve.ts'
import { checkLifecycleCase } from './lifecycle.ts'
import { checkShadowCase } from './shadow.ts'
import { checkWindowCase } from './window.ts'

/** The kind of a line that names none: the case file of the SQL came first. */
export const DEFAULT_KIND = 'iot-sql'

/** How the cases of each kind are run; a further kind is one line here. */
export const CHECKS: Readonly<Record<string, CaseCheck>> = {
  'iot-sql': checkIotSqlCase,
  window: checkWindowCase,
  aggregate: checkAggregateCase,
  'access-control': checkAccessCase,
  'config-update': checkConfigUpdateCase,
  resolve: checkResolveCase,
  platform: checkPlatformCase,
  interpolate: checkInterpolateCase,
  recipe: checkRecipeCase,
  lifecycle: checkLifecycleCase,
  shadow: checkShadowCase,
  'client-device-policy': checkClientDeviceCase,
}
