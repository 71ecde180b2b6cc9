import { array, bytes, struct, u16, u32, u64, u8 } from '../codec/index.js';

/**
 * Commands of a memory device's mailbox, and their payloads.
 *
 * Source: `drivers/cxl/cxlmem.h`; CXL 3.1, section 8.2.9.
 */

export const CXL_MBOX_OP_GET_TIMESTAMP = 0x0300;
export const CXL_MBOX_OP_SET_TIMESTAMP = 0x0301;
export const CXL_MBOX_OP_GET_SUPPORTED_LOGS = 0x0400;
export const CXL_MBOX_OP_GET_LOG = 0x0401;
export const CXL_MBOX_OP_IDENTIFY = 0x4000;
export const CXL_MBOX_OP_GET_POISON = 0x4300;
export const CXL_MBOX_OP_INJECT_POISON = 0x4301;
export const CXL_MBOX_OP_CLEAR_POISON = 0x4302;

/** Nanoseconds since 1970: what SET_TIMESTAMP takes and GET_TIMESTAMP gives. */
export const CxlMboxTimestamp = struct('cxl_mbox_set_timestamp_in', { timestamp: u64(0) });

/** Answer of GET_SUPPORTED_LOGS; {@link CxlGslEntry} follow it. */
export const CxlMboxGetSupportedLogs = struct('cxl_mbox_get_supported_logs', {
  entries: u16(0),
  rsvd: bytes(2, 6),
});

/** A log and its length in bytes. */
export const CxlGslEntry = struct(
  'cxl_gsl_entry',
  { uuid: bytes(0, 16), size: u32(16) },
  { packed: true },
);

/** What GET_LOG takes. */
export const CxlMboxGetLog = struct(
  'cxl_mbox_get_log',
  { uuid: bytes(0, 16), offset: u32(16), length: u32(20) },
  { packed: true },
);

/** The log of the commands that there are (command effects log), and an element of it. */
export const CXL_CEL_UUID = '0da9c0b5-bf41-4b78-8f79-96b1623b3f17';
export const CxlCelEntry = struct('cxl_cel_entry', { opcode: u16(0), effect: u16(2) });

/** Effects in {@link CxlCelEntry}. */
export const CXL_CMD_EFFECT_DATA_CHANGE_IMMEDIATE = 0x0004;
export const CXL_CMD_EFFECT_POLICY_CHANGE_IMMEDIATE = 0x0008;

/** Answer of IDENTIFY. Capacities are multiples of {@link CXL_CAPACITY_MULTIPLIER}. */
export const CxlMboxIdentify = struct(
  'cxl_mbox_identify',
  {
    fw_revision: bytes(0, 16),
    total_capacity: u64(16),
    volatile_capacity: u64(24),
    persistent_capacity: u64(32),
    partition_align: u64(40),
    info_event_log_size: u16(48),
    warning_event_log_size: u16(50),
    failure_event_log_size: u16(52),
    fatal_event_log_size: u16(54),
    lsa_size: u32(56),
    poison_list_max_mer: array(60, u8, 3),
    inject_poison_limit: u16(63),
    poison_caps: u8(65),
    qos_telemetry_caps: u8(66),
  },
  { packed: true },
);
export const CXL_CAPACITY_MULTIPLIER = 0x10000000;
