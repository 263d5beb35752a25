import { startOnGreengrass } from '../../shared/greengrass/start.ts'
import { uplink } from './component.ts'

await startOnGreengrass(uplink)
