export {
  decodeObjectHeader,
  encodeObject,
  MOST_PAYLOAD,
  OBJECT_HEADER_SIZE,
  readObjectHeader,
  type DoeObjectHeader,
} from './data-object.js';
export {
  decodeDiscoveryRequest,
  decodeDiscoveryResponse,
  encodeDiscoveryRequest,
  encodeDiscoveryResponse,
  MOST_FEATURES,
  MOST_INDEXES,
  NO_VENDOR,
  type DiscoveryRequest,
  type DiscoveryResponse,
} from './discovery.js';
export {
  discoveryId,
  featureKey,
  featureName,
  isDiscovery,
  isSameObject,
  type DoeObjectId,
} from './object-id.js';
export type { DoeTransport, ExchangeOptions } from './transport.js';
