import { SourceError } from '../errors.ts'
import type { GpioDriver, GpioInput, GpioLine } from './driver.ts'

type Onoff = typeof import('onoff')

/**
 * The driver on a real machine: sysfs by the package onoff. The package has native code and is optional, so it is
 * loaded only when a GPIO source is opened.
 *
 * @throws SourceError `GENBA_GPIO_UNAVAILABLE`
 */
export async function openOnoffDriver(): Promise<GpioDriver> {
  const { Gpio } = await loadOnoff()
  if (!Gpio.accessible) {
    throw new SourceError('GENBA_GPIO_UNAVAILABLE', 'this machine has no GPIO that can be used', {
      where: '/sys/class/gpio',
      expected: 'a directory that the user of this component may write to',
      mend: 'run on a machine with GPIO, add the user to the group gpio, or leave this source out',
    })
  }
  return { open: async (line) => openLine(Gpio, line) }
}

async function loadOnoff(): Promise<Onoff> {
  try {
    return await import('onoff')
  } catch (error) {
    const issue = {
      where: 'package onoff',
      expected: 'the package, compiled for this machine',
      received: String(error).split('\n', 1).join(''),
      mend: 'install it where compilers are (npm install onoff), or leave this source out',
    }
    const message = 'the driver for GPIO is not installed'
    throw new SourceError('GENBA_GPIO_UNAVAILABLE', message, issue, error)
  }
}

function openLine(Gpio: Onoff['Gpio'], { number, edge, activeLow }: GpioLine): GpioInput {
  try {
    const gpio = new Gpio(number, 'in', edge, { activeLow, reconfigureDirection: true })
    return {
      read: () => gpio.readSync(),
      watch: (onEdge) => gpio.watch((error, level) => onEdge(error ?? undefined, level)),
      close: () => {
        gpio.unwatchAll()
        gpio.unexport()
      },
    }
  } catch (error) {
    throw lineError(number, error)
  }
}

function lineError(number: number, error: unknown): SourceError {
  return new SourceError(
    'GENBA_GPIO_LINE',
    `GPIO line ${number} cannot be used`,
    {
      where: `/sys/class/gpio, line ${number}`,
      expected: 'a line that exists, is free, and may be used by the user of this component',
      received: error instanceof Error ? error.message : String(error),
      mend: 'Raspberry Pi kernels from 6.6 on number lines from 512: set chip to gpiochip512 or add 512 to line; see /sys/kernel/debug/gpio for what is taken',
    },
    error,
  )
}
