/** What IoT Core would charge for. */
export interface MeterReading {
  readonly messages: number
  /** IoT Core meters each message in steps of 5 KB of topic and payload; a started step is a whole one. */
  readonly units: number
  /** Topic and payload. */
  readonly bytes: number
}

/** One metering step of IoT Core messaging, in bytes (AWS IoT Core pricing, "Messaging"). */
export const METER_STEP_BYTES = 5 * 1024

export interface Meter {
  add(messageBytes: number): void
  reading(): MeterReading
}

export function createMeter(): Meter {
  let reading: MeterReading = { messages: 0, units: 0, bytes: 0 }
  return {
    add: (messageBytes) => {
      reading = {
        messages: reading.messages + 1,
        units: reading.units + Math.max(1, Math.ceil(messageBytes / METER_STEP_BYTES)),
        bytes: reading.bytes + messageBytes,
      }
    },
    reading: () => reading,
  }
}
