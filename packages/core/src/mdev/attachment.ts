import type { Endpoint } from '../device/index.js';
import { trackDisposable, trackReleased } from '../lifecycle/index.js';
import type { MdevIdentity } from './mdev-identity.js';

/**
 * An mdev in the hands of a transport, which calls its endpoint for clients elsewhere: open until it is closed, however
 * many of them come and go.
 */
export interface AttachedDevice extends AsyncDisposable {
  readonly identity: MdevIdentity;
  readonly endpoint: Endpoint;
  /** Gives the device back. Idempotent. */
  close(): Promise<void>;
}

export class Attachment implements AttachedDevice {
  readonly identity: MdevIdentity;
  readonly endpoint: Endpoint;
  readonly #onClosed: () => void;
  #closing: Promise<void> | undefined;

  /** The endpoint is open; `onClosed` is called once, when it has been given back. */
  constructor(identity: MdevIdentity, endpoint: Endpoint, onClosed: () => void) {
    this.identity = identity;
    this.endpoint = endpoint;
    this.#onClosed = onClosed;
    trackDisposable(this);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.endpoint.close();
    trackReleased(this);
    this.#onClosed();
  }
}
