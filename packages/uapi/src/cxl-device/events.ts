import { bytes, struct, u16, u64, u8 } from '../codec/index.js';

/**
 * Event logs of a memory device.
 *
 * Source: `drivers/cxl/cxlmem.h`; CXL 3.1, sections 8.2.9.2.2 to 8.2.9.2.5.
 */
export const CXL_MBOX_OP_GET_EVENT_RECORD = 0x0100;
export const CXL_MBOX_OP_CLEAR_EVENT_RECORD = 0x0101;
export const CXL_MBOX_OP_GET_EVT_INT_POLICY = 0x0102;
export const CXL_MBOX_OP_SET_EVT_INT_POLICY = 0x0103;

/** Logs. */
export const CXL_EVENT_TYPE_INFO = 0;
export const CXL_EVENT_TYPE_WARN = 1;
export const CXL_EVENT_TYPE_FAIL = 2;
export const CXL_EVENT_TYPE_FATAL = 3;

/** Answer of GET_EVENT_RECORD; records of 128 bytes follow it. */
export const CxlGetEventPayload = struct(
  'cxl_get_event_payload',
  {
    flags: u8(0),
    reserved1: u8(1),
    overflow_err_count: u16(2),
    first_overflow_timestamp: u64(4),
    last_overflow_timestamp: u64(12),
    record_count: u16(20),
    reserved2: bytes(22, 10),
  },
  { packed: true },
);

/** What CLEAR_EVENT_RECORD takes; handles of 16 bits follow it. */
export const CxlMboxClearEventPayload = struct('cxl_mbox_clear_event_payload', {
  event_log: u8(0),
  clear_flags: u8(1),
  nr_recs: u8(2),
  reserved: bytes(3, 3),
});

/** How each log interrupts: its mode, and its vector in the high four bits. */
export const CxlEventInterruptPolicy = struct('cxl_event_interrupt_policy', {
  info_settings: u8(0),
  warn_settings: u8(1),
  failure_settings: u8(2),
  fatal_settings: u8(3),
});
export const CXLDEV_EVENT_INT_MODE_MASK = 0x03;
export const CXLDEV_EVENT_INT_MSGNUM_MASK = 0xf0;
export const CXL_INT_NONE = 0;
export const CXL_INT_MSI_MSIX = 1;
