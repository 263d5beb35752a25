/**
 * Holds sealing off while somebody reads the store as a whole: chunks and frames then neither come nor go but by
 * appending.
 */
export class SealHold {
  #holds = 0
  #sealing: Promise<unknown> = Promise.resolve()

  /** @returns false, and does nothing, while somebody reads: what would be sealed now can be sealed later */
  async seal(run: () => Promise<boolean>): Promise<boolean> {
    if (this.#holds > 0) return false
    const running = run()
    this.#sealing = running.catch(() => undefined)
    return await running
  }

  /** Resolves once nothing is being sealed any more. */
  async begin(): Promise<void> {
    this.#holds += 1
    await this.#sealing
  }

  end(): void {
    this.#holds -= 1
  }
}
