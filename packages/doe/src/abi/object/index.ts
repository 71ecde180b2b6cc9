export {
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
  NO_VENDOR,
  type DiscoveryRequest,
  type DiscoveryResponse,
} from './discovery.js';
export { discoveryId, featureKey, featureName, type DoeObjectId } from './object-id.js';
