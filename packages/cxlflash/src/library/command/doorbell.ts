import { HostRegister } from '../../abi/index.js';
import type { ContextMemory } from '../memory/index.js';
import { registerBytes, type HostWindow } from '../setup/index.js';

/**
 * Tells the device of requests. What it is told for a slot never changes, so writes that are under way may share it.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, ioarrin.
 */
export class Doorbell {
  readonly #window: HostWindow;
  readonly #onError: (error: unknown) => void;
  readonly #bytes: readonly Uint8Array[];

  constructor(window: HostWindow, memory: ContextMemory, onError: (error: unknown) => void) {
    this.#window = window;
    this.#onError = onError;
    this.#bytes = Array.from({ length: memory.slots }, (_, slot) =>
      registerBytes(BigInt(memory.iova + memory.requestAt(slot))),
    );
  }

  ring(slot: number): void {
    const bytes = this.#bytes[slot];
    if (bytes !== undefined) {
      this.#window.writeBytes(HostRegister.IOARRIN, bytes).catch(this.#onError);
    }
  }
}
