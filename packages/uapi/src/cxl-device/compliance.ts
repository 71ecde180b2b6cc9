import { bytes, struct, u16, u32, u64, u8 } from '../codec/index.js';

/**
 * Test modes of a device (CXL_DOE_PROTOCOL_COMPLIANCE). Every request starts with {@link CxlComplianceRequest}.
 *
 * Source: CXL 2.0, section 14.16.4; CXL 3.1, section 14.16.4.
 */

/** Codes of requests; bit n of the masks stands for code n. */
export const CXL_COMPLIANCE_CAPABILITY = 0;
export const CXL_COMPLIANCE_STATUS = 1;
export const CXL_COMPLIANCE_HALT_ALL = 2;
export const CXL_COMPLIANCE_WRITE_STREAMING = 3;
export const CXL_COMPLIANCE_PRODUCER_CONSUMER = 4;
export const CXL_COMPLIANCE_BOGUS_WRITES = 5;
export const CXL_COMPLIANCE_INJECT_POISON = 6;
export const CXL_COMPLIANCE_INJECT_CRC = 7;
export const CXL_COMPLIANCE_FLOW_CONTROL = 8;
export const CXL_COMPLIANCE_CACHE_FLUSH = 9;
export const CXL_COMPLIANCE_MAC_DELAY = 10;
export const CXL_COMPLIANCE_UNEXPECTED_MAC = 11;
export const CXL_COMPLIANCE_INJECT_VIRAL = 12;
export const CXL_COMPLIANCE_INJECT_ALMP = 13;
export const CXL_COMPLIANCE_IGNORE_ALMP = 14;
export const CXL_COMPLIANCE_BIT_ERROR = 15;
export const CXL_COMPLIANCE_MEDIA_POISON = 16;

/** Version of requests and responses. */
export const CXL_COMPLIANCE_VERSION = 1;

/** How a request ended. */
export const CXL_COMPLIANCE_SUCCESS = 0;
export const CXL_COMPLIANCE_NOT_AUTHORIZED = 1;
export const CXL_COMPLIANCE_UNKNOWN_FAILURE = 2;
export const CXL_COMPLIANCE_UNSUPPORTED_INJECTION = 3;
export const CXL_COMPLIANCE_INTERNAL_ERROR = 4;
export const CXL_COMPLIANCE_BUSY = 5;
export const CXL_COMPLIANCE_NOT_INITIALIZED = 6;

/** In front of the arguments of a request. */
export const CxlComplianceRequest = struct('cxl_compliance_request', {
  code: u8(0),
  version: u8(1),
  reserved: u16(2),
});

/** Answer to all requests but those below. `length` counts the bytes of the whole data object, its header included. */
export const CxlComplianceResponse = struct('cxl_compliance_response', {
  code: u8(0),
  version: u8(1),
  length: u8(2),
  status: u8(3),
});

/** Answer to CAPABILITY. */
export const CxlComplianceCapabilities = struct(
  'cxl_compliance_capabilities',
  {
    code: u8(0),
    version: u8(1),
    length: u8(2),
    status: u8(3),
    available: u64(4),
    enabled: u64(12),
  },
  { packed: true },
);

/** Answer to STATUS, which has no status of its own: the modes that are set, and the cache. */
export const CxlComplianceStatus = struct(
  'cxl_compliance_status',
  {
    code: u8(0),
    version: u8(1),
    length: u8(2),
    capability_bitfield: u32(3),
    cache_size: u16(7),
    cache_size_units: u8(9),
  },
  { packed: true },
);

/** Answer to INJECT_ALMP, IGNORE_ALMP and BIT_ERROR: its length is reserved, as is what follows. */
export const CxlComplianceReservedResponse = struct('cxl_compliance_reserved_response', {
  code: u8(0),
  version: u8(1),
  length: u8(2),
  reserved: bytes(3, 5),
});
