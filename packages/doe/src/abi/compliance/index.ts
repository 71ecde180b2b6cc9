export {
  complianceId,
  decodeCapabilities,
  decodeComplianceRequest,
  decodeModeArguments,
  decodeOutcome,
  decodeStatus,
  encodeCapabilities,
  encodeComplianceRequest,
  encodeModeRequest,
  encodeOutcome,
  encodeStatus,
  type ComplianceCapabilities,
  type ComplianceRequest,
  type ComplianceStatus,
} from './messages.js';
export {
  complianceMode,
  complianceModeNames,
  complianceModes,
  type ComplianceArguments,
  type ComplianceMode,
} from './modes.js';
