/** What an interrupt signals: an eventfd, or in process whatever has this one method. Never blocks. */
export interface IrqTarget {
  signal(): void;
  /** The binding to an interrupt has ended: called once for each, so that a target can be released with it. */
  unbound?(): void;
}

/**
 * What a client signals towards the device (the kernel's irqfd): UNMASK bound to one of these unmasks
 * whenever it is signalled. If it is already signalled when subscribed, the callback runs at once.
 */
export interface IrqSource {
  subscribe(callback: () => void): Disposable;
}
