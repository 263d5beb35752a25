import { startOnGreengrass } from '../../shared/greengrass/start.ts'
import { gateway } from './component.ts'

await startOnGreengrass(gateway)
