import {
  decodeDiscoveryRequest,
  discoveryId,
  encodeDiscoveryResponse,
  encodeObject,
  featureName,
  NO_VENDOR,
  type DoeObjectId,
} from '../../abi/object/index.js';
import { failure } from '../../errors/index.js';
import type { DoeOutcome } from '../feature/index.js';
import type { FeatureTable } from '../ownership/index.js';

const DISCARD: DoeOutcome = { kind: 'discard' };

/** The type in the answer to an index that there is not; its vendor is {@link NO_VENDOR}. */
const NO_TYPE = 0xff;

/**
 * The answer of discovery: the features that the registers may see now, discovery itself first. A request without an index
 * is discarded, whatever is behind it ignored, and any version taken.
 *
 * Source: PCI Express Base Specification 6.0, section 6.30.1.1.
 */
export function discover(table: FeatureTable, payload: Uint8Array): DoeOutcome {
  const request = decodeDiscoveryRequest(payload);
  if (request === undefined) {
    return DISCARD;
  }
  const { index } = request;
  const listed = [discoveryId, ...table.entries.filter(({ isListed }) => isListed)];
  const found = listed[index];
  const { vendor, type } = found ?? { vendor: NO_VENDOR, type: NO_TYPE };
  const next = index + 1 < listed.length ? index + 1 : 0;
  const response = encodeDiscoveryResponse({ vendor, type, next });
  return { kind: 'response', object: encodeObject(discoveryId, response) };
}

/** What becomes of a handler's answer. Throws for one that is none. */
export function respond(id: DoeObjectId, answer: unknown): DoeOutcome {
  if (answer === undefined) {
    return { kind: 'error', reason: failure('doe.no-response', { feature: featureName(id) }) };
  }
  if (!(answer instanceof Uint8Array)) {
    throw new TypeError('a response is a Uint8Array');
  }
  return { kind: 'response', object: encodeObject(id, answer) };
}
