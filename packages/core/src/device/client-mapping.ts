import { failure } from '../errors/index.js';
import { trackDisposable, trackReleased } from '../lifecycle/index.js';
import type { Mapping } from './contract.js';
import type { Endpoint } from './endpoint.js';

/**
 * A mapping in process. A view that the client keeps of `bytes` outlives the mapping, as JavaScript cannot
 * take it back; it then shows memory that no device looks at any more or, until the device is closed, the
 * device's own.
 */
export class ClientMapping implements Mapping {
  readonly #bytes: Uint8Array;
  readonly #endpoint: Endpoint;
  readonly #onUnmapped: (mapping: ClientMapping) => void;
  #mapped = true;

  constructor(bytes: Uint8Array, endpoint: Endpoint, onUnmapped: (mapping: ClientMapping) => void) {
    this.#bytes = bytes;
    this.#endpoint = endpoint;
    this.#onUnmapped = onUnmapped;
    trackDisposable(this);
  }

  get bytes(): Uint8Array {
    if (!this.#mapped) {
      throw failure('device.closed');
    }
    if (this.#endpoint.state === 'revoked') {
      throw failure('device.revoked');
    }
    return this.#bytes;
  }

  [Symbol.dispose](): void {
    if (this.#mapped) {
      this.#mapped = false;
      trackReleased(this);
      this.#onUnmapped(this);
    }
  }
}
