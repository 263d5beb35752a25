import { startOnGreengrass } from '../../shared/greengrass/start.ts'
import { historian } from './component.ts'

await startOnGreengrass(historian)
