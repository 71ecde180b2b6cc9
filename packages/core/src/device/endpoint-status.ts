import { failure, type MdevError } from '../errors/index.js';
import { refusal, type EndpointState } from './endpoint-state.js';

/** Where an endpoint is in its life, and whether it answers. */
export class EndpointStatus {
  #state: EndpointState = 'closed';
  #resetting = false;
  #failed = false;
  #usable = false;
  #opens = 0;

  get state(): EndpointState {
    return this.#state;
  }

  /** `open`, and neither being reset nor failed: the one flag that the hot path looks at. */
  get usable(): boolean {
    return this.#usable;
  }

  get resetting(): boolean {
    return this.#resetting;
  }

  /** How many clients have had the device. */
  get opens(): number {
    return this.#opens;
  }

  /** False if the device was revoked meanwhile. */
  leave(from: EndpointState, to: EndpointState): boolean {
    if (this.#state !== from) {
      return false;
    }
    this.#state = to;
    this.#update();
    return true;
  }

  /** From `opening` to `open`, as a client of its own. False if the device was revoked meanwhile. */
  opened(): boolean {
    if (this.#state !== 'opening') {
      return false;
    }
    this.#opens += 1;
    this.#resetting = false;
    this.#failed = false;
    return this.leave('opening', 'open');
  }

  /** For good. Returns the state that it was in. */
  revoke(): EndpointState {
    const was = this.#state;
    this.#state = 'revoked';
    this.#update();
    return was;
  }

  /** Returns what tells the end of this reset that it is still about the same client. */
  beginReset(): number {
    this.#resetting = true;
    this.#update();
    return this.#opens;
  }

  /** Nothing if the device has passed to the next client meanwhile. */
  endReset(client: number, failed: boolean): void {
    if (client === this.#opens) {
      this.#failed = failed;
      this.#resetting = false;
      this.#update();
    }
  }

  /** The device answers EIO until it is reset. */
  fail(): void {
    this.#failed = true;
    this.#update();
  }

  refusal(): MdevError {
    return refusal(this.#state, this.#resetting);
  }

  requireUsable(): void {
    if (!this.#usable) {
      throw this.refusal();
    }
  }

  /** Information and reset are answered by a device that failed, too. */
  requireOpen(): void {
    if (this.#state !== 'open') {
      throw this.refusal();
    }
  }

  /** Throws ENODEV or EBUSY. */
  beginOpen(modelIsBusy: boolean): void {
    if (this.#state === 'revoked') {
      throw failure('device.revoked');
    }
    if (this.#state !== 'closed' || modelIsBusy) {
      throw failure('device.busy');
    }
    this.#state = 'opening';
  }

  #update(): void {
    this.#usable = this.#state === 'open' && !this.#resetting && !this.#failed;
  }
}
