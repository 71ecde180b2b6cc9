import {
  CXL_COMPLIANCE_BIT_ERROR,
  CXL_COMPLIANCE_CAPABILITY,
  CXL_COMPLIANCE_IGNORE_ALMP,
  CXL_COMPLIANCE_INJECT_ALMP,
  CXL_COMPLIANCE_STATUS,
  CXL_COMPLIANCE_VERSION,
  CXL_DOE_PROTOCOL_COMPLIANCE,
  CxlComplianceCapabilities,
  CxlComplianceRequest,
  CxlComplianceReservedResponse,
  CxlComplianceResponse,
  CxlComplianceStatus,
  PCI_VENDOR_ID_CXL,
} from '@mdevkit/uapi';
import { OBJECT_HEADER_SIZE, type DoeObjectId } from '../object/index.js';
import { complianceModes, type ComplianceArguments, type ComplianceMode } from './modes.js';

/** CXL Compliance (CXL 3.1, section 14.16.4). */
export const complianceId: DoeObjectId = {
  vendor: PCI_VENDOR_ID_CXL,
  type: CXL_DOE_PROTOCOL_COMPLIANCE,
};

/** What every request begins with. */
export interface ComplianceRequest {
  readonly code: number;
  readonly version: number;
  /** What follows, with the padding of the data object. */
  readonly arguments: Uint8Array;
}

/** Answer to CAPABILITY: bit n stands for code n. */
export interface ComplianceCapabilities {
  readonly available: bigint;
  readonly enabled: bigint;
}

/** Answer to STATUS. */
export interface ComplianceStatus {
  /** The modes that are set: bit n stands for code n. */
  readonly active: number;
  readonly cacheSize: number;
  /** Unit of the cache's size, as a code. */
  readonly cacheSizeUnits: number;
}

/** Undefined for a payload that has no request. */
export function decodeComplianceRequest(payload: Uint8Array): ComplianceRequest | undefined {
  if (payload.length < CxlComplianceRequest.size) {
    return undefined;
  }
  const { code, version } = CxlComplianceRequest.decode(payload);
  return { code, version, arguments: payload.subarray(CxlComplianceRequest.size) };
}

/** A request without arguments: CAPABILITY, STATUS, HALT_ALL. */
export function encodeComplianceRequest(code: number): Uint8Array {
  return CxlComplianceRequest.encode({ code, version: CXL_COMPLIANCE_VERSION });
}

/** A request that sets a test mode. Arguments that are left out are 0. */
export function encodeModeRequest<M extends ComplianceMode>(
  mode: M,
  values: Partial<ComplianceArguments<M>>,
): Uint8Array {
  const { code, struct } = complianceModes[mode];
  const payload = new Uint8Array(CxlComplianceRequest.size + struct.size);
  payload.set(encodeComplianceRequest(code));
  struct.encode(values, payload, CxlComplianceRequest.size);
  return payload;
}

/** The arguments of a mode; undefined if there are too few of them. */
export function decodeModeArguments<M extends ComplianceMode>(
  mode: M,
  bytes: Uint8Array,
): ComplianceArguments<M> | undefined {
  const { struct } = complianceModes[mode];
  // The table has the struct of each mode, which the compiler cannot follow through a type parameter.
  return bytes.length < struct.size ? undefined : (struct.decode(bytes) as ComplianceArguments<M>);
}

export function encodeCapabilities(values: ComplianceCapabilities): Uint8Array {
  return CxlComplianceCapabilities.encode({
    ...responseHeader(CXL_COMPLIANCE_CAPABILITY, CxlComplianceCapabilities.size),
    ...values,
  });
}

/** Undefined for a payload that has none. */
export function decodeCapabilities(payload: Uint8Array): ComplianceCapabilities | undefined {
  if (payload.length < CxlComplianceCapabilities.size) {
    return undefined;
  }
  const { available, enabled } = CxlComplianceCapabilities.decode(payload);
  return { available, enabled };
}

export function encodeStatus(values: ComplianceStatus): Uint8Array {
  return CxlComplianceStatus.encode({
    ...responseHeader(CXL_COMPLIANCE_STATUS, CxlComplianceStatus.size),
    capability_bitfield: values.active >>> 0,
    cache_size: values.cacheSize,
    cache_size_units: values.cacheSizeUnits,
  });
}

/** Undefined for a payload that has none. */
export function decodeStatus(payload: Uint8Array): ComplianceStatus | undefined {
  if (payload.length < CxlComplianceStatus.size) {
    return undefined;
  }
  const value = CxlComplianceStatus.decode(payload);
  return {
    active: value.capability_bitfield,
    cacheSize: value.cache_size,
    cacheSizeUnits: value.cache_size_units,
  };
}

/** Their responses have no length (CXL 2.0, tables 304, 306 and 308). */
const withoutLength: readonly number[] = [
  CXL_COMPLIANCE_INJECT_ALMP,
  CXL_COMPLIANCE_IGNORE_ALMP,
  CXL_COMPLIANCE_BIT_ERROR,
];

/** The answer to all requests that are answered by how they ended. */
export function encodeOutcome(code: number, status: number): Uint8Array {
  return withoutLength.includes(code)
    ? CxlComplianceReservedResponse.encode({
        code,
        version: CXL_COMPLIANCE_VERSION,
        reserved: Uint8Array.of(status),
      })
    : CxlComplianceResponse.encode({ ...responseHeader(code, CxlComplianceResponse.size), status });
}

/** How a request ended; undefined for a payload that does not say so. */
export function decodeOutcome(payload: Uint8Array): number | undefined {
  return payload.length < CxlComplianceResponse.size
    ? undefined
    : CxlComplianceResponse.decode(payload).status;
}

/** `length` counts the whole data object with its padding. */
function responseHeader(
  code: number,
  size: number,
): { code: number; version: number; length: number } {
  const length = OBJECT_HEADER_SIZE + Math.ceil(size / 4) * 4;
  return { code, version: CXL_COMPLIANCE_VERSION, length };
}
