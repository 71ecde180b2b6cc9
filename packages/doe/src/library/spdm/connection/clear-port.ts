import { PCI_DOE_FEATURE_CMA, PCI_VENDOR_ID_PCI_SIG } from '@mdevkit/uapi';
import type { DoeTransport } from '../../mailbox/index.js';
import type { SpdmPort } from './asker.js';

/**
 * Messages as they are, in data objects of CMA.
 *
 * Source: PCI Express Base Specification 6.0, section 6.31.3.
 */
export class ClearPort implements SpdmPort {
  readonly #transport: DoeTransport;

  constructor(transport: DoeTransport) {
    this.#transport = transport;
  }

  async send(message: Uint8Array, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.#transport.exchange(
      PCI_VENDOR_ID_PCI_SIG,
      PCI_DOE_FEATURE_CMA,
      message,
      signal && { signal },
    );
  }
}
