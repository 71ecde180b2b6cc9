/**
 * Interrupt Enable and Interrupt Status of one instance, and when they send.
 *
 * A message is sent every time that "vector unmasked, Interrupt Enable set, Interrupt Status set" becomes true as a whole: so
 * not again while Interrupt Status stays set, and also when a client sets Interrupt Enable with Interrupt Status set already.
 * The vector's part (Bus Master Enable, MSI and MSI-X Enable, masks) is that of the function that is asked to send; it keeps
 * what has to wait. Linux sets Interrupt Enable never.
 *
 * Source: PCI Express Base Specification 6.0, sections 6.30.3, 7.9.24.3 and 7.9.24.4.
 */
export class InterruptGate {
  readonly #send: (() => void) | undefined;
  #enabled = false;
  #status = false;
  /** Both were set when they were looked at last. */
  #sent = false;

  /** @param send without it there are no interrupts: both bits are reserved and stay 0 (own rule) */
  constructor(send: (() => void) | undefined) {
    this.#send = send;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  get status(): boolean {
    return this.#status;
  }

  /** Interrupt Enable. Sends nothing before {@link settle}, so that what the same write asks for happens first. */
  enable(enabled: boolean): void {
    this.#enabled = enabled && this.#send !== undefined;
    this.#sent &&= this.#enabled;
  }

  /** Data Object Ready or DOE Error was set. The last step of whatever did it: whoever is told may come back at once. */
  raise(): void {
    this.#status = this.#send !== undefined;
    this.settle();
  }

  /** The client cleared Interrupt Status. */
  clear(): void {
    this.#status = false;
    this.#sent = false;
  }

  /** Sends what became due. */
  settle(): void {
    if (this.#enabled && this.#status && !this.#sent) {
      this.#sent = true;
      this.#send?.();
    }
  }
}
