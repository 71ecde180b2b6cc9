import { struct, tail, u16, u32, u64, u8 } from '../../codec/index.js';

/**
 * What read(2) gives on a context: events, each a header and the body its type names.
 *
 * Source: `include/uapi/misc/cxl.h`.
 */

/** The least a reader must have room for, in bytes; no event is larger. */
export const CXL_READ_MIN_SIZE = 0x1000;

/** Values of `type` in {@link CxlEventHeader}. */
export const CXL_EVENT_RESERVED = 0;
export const CXL_EVENT_AFU_INTERRUPT = 1;
export const CXL_EVENT_DATA_STORAGE = 2;
export const CXL_EVENT_AFU_ERROR = 3;
export const CXL_EVENT_AFU_DRIVER = 4;

/** Begins every event. `size` counts its bytes, header included. */
export const CxlEventHeader = struct('cxl_event_header', {
  type: u16(0),
  size: u16(2),
  process_element: u16(4),
  reserved1: u16(6),
});

/** Body of AFU_INTERRUPT: the number of the interrupt, from 1. */
export const CxlEventAfuInterrupt = struct('cxl_event_afu_interrupt', {
  flags: u16(0),
  irq: u16(2),
  reserved1: u32(4),
});

/** Body of DATA_STORAGE: the address that could not be translated, and why. */
export const CxlEventDataStorage = struct('cxl_event_data_storage', {
  flags: u16(0),
  reserved1: u16(2),
  reserved2: u32(4),
  addr: u64(8),
  dsisr: u64(16),
  reserved3: u64(24),
});

/** Body of AFU_ERROR; the meaning of `error` is the device's own. */
export const CxlEventAfuError = struct('cxl_event_afu_error', {
  flags: u16(0),
  reserved1: u16(2),
  reserved2: u32(4),
  error: u64(8),
});

/**
 * What a driver hands over for AFU_DRIVER. A reader never sees `data_size`: the `data` follow the
 * header at once, as many as its size says.
 */
export const CxlEventAfuDriverReserved = struct('cxl_event_afu_driver_reserved', {
  data_size: u32(0),
  data: tail(4, u8),
});
