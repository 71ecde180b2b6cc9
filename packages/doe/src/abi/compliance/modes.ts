import {
  CXL_COMPLIANCE_BIT_ERROR,
  CXL_COMPLIANCE_BOGUS_WRITES,
  CXL_COMPLIANCE_CACHE_FLUSH,
  CXL_COMPLIANCE_FLOW_CONTROL,
  CXL_COMPLIANCE_IGNORE_ALMP,
  CXL_COMPLIANCE_INJECT_ALMP,
  CXL_COMPLIANCE_INJECT_CRC,
  CXL_COMPLIANCE_INJECT_POISON,
  CXL_COMPLIANCE_INJECT_VIRAL,
  CXL_COMPLIANCE_MAC_DELAY,
  CXL_COMPLIANCE_MEDIA_POISON,
  CXL_COMPLIANCE_PRODUCER_CONSUMER,
  CXL_COMPLIANCE_UNEXPECTED_MAC,
  CXL_COMPLIANCE_WRITE_STREAMING,
  CxlComplianceAlmp,
  CxlComplianceBitError,
  CxlComplianceBogusWrites,
  CxlComplianceCacheFlush,
  CxlComplianceFlowControl,
  CxlComplianceInjectCrc,
  CxlComplianceInjectPoison,
  CxlComplianceInjectViral,
  CxlComplianceMacDelay,
  CxlComplianceMediaPoison,
  CxlComplianceProducerConsumer,
  CxlComplianceUnexpectedMac,
  CxlComplianceWriteStreaming,
  type AnyStruct,
  type StructValue,
} from '@mdevkit/uapi';

/** A test mode: the code of its request and the arguments behind it. */
interface ModeRow {
  readonly code: number;
  readonly struct: AnyStruct;
}

/** Every test mode of a device (CXL 3.1, section 14.16.4). */
export const complianceModes = {
  'write-streaming': {
    code: CXL_COMPLIANCE_WRITE_STREAMING,
    struct: CxlComplianceWriteStreaming,
  },
  'producer-consumer': {
    code: CXL_COMPLIANCE_PRODUCER_CONSUMER,
    struct: CxlComplianceProducerConsumer,
  },
  'bogus-writes': { code: CXL_COMPLIANCE_BOGUS_WRITES, struct: CxlComplianceBogusWrites },
  poison: { code: CXL_COMPLIANCE_INJECT_POISON, struct: CxlComplianceInjectPoison },
  crc: { code: CXL_COMPLIANCE_INJECT_CRC, struct: CxlComplianceInjectCrc },
  'flow-control': { code: CXL_COMPLIANCE_FLOW_CONTROL, struct: CxlComplianceFlowControl },
  'cache-flush': { code: CXL_COMPLIANCE_CACHE_FLUSH, struct: CxlComplianceCacheFlush },
  'mac-delay': { code: CXL_COMPLIANCE_MAC_DELAY, struct: CxlComplianceMacDelay },
  'unexpected-mac': { code: CXL_COMPLIANCE_UNEXPECTED_MAC, struct: CxlComplianceUnexpectedMac },
  viral: { code: CXL_COMPLIANCE_INJECT_VIRAL, struct: CxlComplianceInjectViral },
  'inject-almp': { code: CXL_COMPLIANCE_INJECT_ALMP, struct: CxlComplianceAlmp },
  'ignore-almp': { code: CXL_COMPLIANCE_IGNORE_ALMP, struct: CxlComplianceAlmp },
  'bit-error': { code: CXL_COMPLIANCE_BIT_ERROR, struct: CxlComplianceBitError },
  'media-poison': { code: CXL_COMPLIANCE_MEDIA_POISON, struct: CxlComplianceMediaPoison },
} as const satisfies Record<string, ModeRow>;

/** Name of a test mode. */
export type ComplianceMode = keyof typeof complianceModes;

/** The arguments of a test mode. */
export type ComplianceArguments<M extends ComplianceMode> = StructValue<
  (typeof complianceModes)[M]['struct']
>;

/** The names of all test modes, by ascending code. */
export const complianceModeNames = Object.keys(complianceModes) as readonly ComplianceMode[];

/** The test mode of a code. */
export function complianceMode(code: number): ComplianceMode | undefined {
  return complianceModeNames.find((mode) => complianceModes[mode].code === code);
}
