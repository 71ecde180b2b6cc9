import { struct, u16, u8 } from '../codec/index.js';

/**
 * Reading the table through a data object (CXL_DOE_PROTOCOL_TABLE_ACCESS).
 *
 * Source: `drivers/cxl/core/pci.c`; CXL 3.1, section 8.1.11.
 */

/** Payload of a request: the entry that is wanted. Payload of a response: the next one, and then the bytes of the entry. */
export const CxlTableAccess = struct('cxl_table_access', {
  code: u8(0),
  table_type: u8(1),
  /** 0 is the header of the table */
  entry_handle: u16(2),
});

/** The one code of requests and responses: read entry. */
export const CXL_DOE_TABLE_ACCESS_REQ_CODE_READ = 0;

/** The one type of tables. */
export const CXL_DOE_TABLE_ACCESS_TABLE_TYPE_CDATA = 0;

/** The next entry after the last. */
export const CXL_DOE_TABLE_ACCESS_LAST_ENTRY = 0xffff;
