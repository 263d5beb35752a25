import { startOnGreengrass } from '../../shared/greengrass/start.ts'
import { processor } from './component.ts'

await startOnGreengrass(processor)
