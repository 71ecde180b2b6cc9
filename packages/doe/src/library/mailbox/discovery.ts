import {
  decodeDiscoveryResponse,
  encodeDiscoveryRequest,
  featureKey,
  NO_VENDOR,
  type DoeObjectId,
} from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';

/** As many as an index of 8 bits can name. */
const MOST_ENTRIES = 256;

/**
 * Asks a DOE Capability of `version` what it answers, from index 0 until the next index is 0. A feature that is named twice is
 * listed once, and an answer that names nobody (vendor ffff) is left out.
 *
 * Throws EBUSY `doe.discovery-endless` when a 257th answer comes, and EIO `doe.discovery-short` for one without payload.
 *
 * Source: Linux drivers/pci/doe.c, pci_doe_cache_features, pci_doe_discovery; PCI Express Base Specification 6.0, section 6.30.1.1.
 */
export async function discoverFeatures(
  version: number,
  ask: (payload: Uint8Array) => Promise<Uint8Array>,
): Promise<DoeObjectId[]> {
  const found = new Map<number, DoeObjectId>();
  let index = 0;
  for (let entries = 0; ; entries++) {
    const payload = encodeDiscoveryRequest({ index, version: version >= 2 ? 2 : 0 });
    const response = decodeDiscoveryResponse(await ask(payload));
    if (response === undefined) {
      throw failure('doe.discovery-short', { index });
    }
    if (entries === MOST_ENTRIES) {
      throw failure('doe.discovery-endless', { index });
    }
    const { vendor, type, next } = response;
    if (vendor !== NO_VENDOR) {
      found.set(featureKey(response), { vendor, type });
    }
    if (next === 0) {
      return [...found.values()];
    }
    index = next;
  }
}
