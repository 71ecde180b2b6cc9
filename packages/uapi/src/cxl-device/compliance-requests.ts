import { bytes, struct, u32, u64, u8 } from '../codec/index.js';

/**
 * Arguments of requests for test modes, which follow `cxl_compliance_request`.
 *
 * Source: CXL 2.0, sections 14.16.4.4 to 14.16.4.16; CXL 3.1, section 14.16.4.17.
 */

export const CxlComplianceWriteStreaming = struct('cxl_compliance_write_streaming', {
  protocol: u8(0),
  virtual_address: u8(1),
  self_checking: u8(2),
  verify_read_semantics: u8(3),
  increments: u8(4),
  sets: u8(5),
  loops: u8(6),
  reserved: u8(7),
  start_address: u64(8),
  write_address: u64(16),
  writeback_address: u64(24),
  byte_mask: u64(32),
  address_increment: u32(40),
  set_offset: u32(44),
  pattern: u32(48),
  increment_pattern: u32(52),
});

export const CxlComplianceProducerConsumer = struct(
  'cxl_compliance_producer_consumer',
  {
    protocol: u8(0),
    increments: u8(1),
    sets: u8(2),
    loops: u8(3),
    write_semantics: u8(4),
    reserved: bytes(5, 3),
    start_address: u64(8),
    byte_mask: u64(16),
    address_increment: u32(24),
    set_offset: u32(28),
    pattern: u32(32),
  },
  { packed: true },
);

export const CxlComplianceBogusWrites = struct(
  'cxl_compliance_bogus_writes',
  { count: u8(0), reserved: u8(1), pattern: u32(2) },
  { packed: true },
);

export const CxlComplianceInjectPoison = struct('cxl_compliance_inject_poison', {
  protocol: u8(0),
});

export const CxlComplianceInjectCrc = struct('cxl_compliance_inject_crc', {
  bits_flipped: u8(0),
  flits: u8(1),
});

export const CxlComplianceFlowControl = struct('cxl_compliance_flow_control', { enable: u8(0) });

export const CxlComplianceCacheFlush = struct('cxl_compliance_cache_flush', { control: u8(0) });

export const CxlComplianceMacDelay = struct('cxl_compliance_mac_delay', {
  enable: u8(0),
  mode: u8(1),
  delay: u8(2),
});

export const CxlComplianceUnexpectedMac = struct('cxl_compliance_unexpected_mac', {
  opcode: u8(0),
  mode: u8(1),
});

export const CxlComplianceInjectViral = struct('cxl_compliance_inject_viral', { protocol: u8(0) });

/** Of INJECT_ALMP and IGNORE_ALMP. */
export const CxlComplianceAlmp = struct('cxl_compliance_almp', {
  opcode: u8(0),
  reserved: bytes(1, 3),
});

export const CxlComplianceBitError = struct('cxl_compliance_bit_error', { opcode: u8(0) });

export const CxlComplianceMediaPoison = struct(
  'cxl_compliance_media_poison',
  {
    protocol: u8(0),
    reserved: u8(1),
    action: u8(2),
    reserved2: u8(3),
    dpa: u64(4),
    data: u64(12),
  },
  { packed: true },
);

/** Actions of {@link CxlComplianceMediaPoison}. */
export const CXL_COMPLIANCE_MEDIA_POISON_INJECT = 0;
export const CXL_COMPLIANCE_MEDIA_POISON_CLEAR = 1;
