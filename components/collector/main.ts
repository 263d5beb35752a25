import { startOnGreengrass } from '../../shared/greengrass/start.ts'
import { collector } from './component.ts'

await startOnGreengrass(collector)
