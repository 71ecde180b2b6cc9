import { bytes, struct, u16, u32, u8 } from '../codec/index.js';

/**
 * The table that tells what a CXL device's memory is like (Coherent Device Attribute Table), and the header of each structure
 * in it.
 *
 * Source: `include/acpi/actbl1.h`; CDAT 1.04, section 2.
 */

/** In front of the structures. All bytes of the table, this header included, sum to 0 modulo 256. */
export const CdatHeader = struct('acpi_table_cdat', {
  /** bytes of the whole table */
  length: u32(0),
  revision: u8(4),
  checksum: u8(5),
  reserved: bytes(6, 6),
  /** another number each time the table has changed */
  sequence: u32(12),
});

/** In front of each structure. */
export const CdatSubtable = struct('acpi_cdat_header', {
  type: u8(0),
  reserved: u8(1),
  /** bytes, this header included */
  length: u16(2),
});

/** Revision of the table: 1 for CDAT 1.0 to 1.02, 2 since CDAT 1.03. */
export const CDAT_REVISION = 2;

/** Types of structures. */
export const ACPI_CDAT_TYPE_DSMAS = 0;
export const ACPI_CDAT_TYPE_DSLBIS = 1;
export const ACPI_CDAT_TYPE_DSMSCIS = 2;
export const ACPI_CDAT_TYPE_DSIS = 3;
export const ACPI_CDAT_TYPE_DSEMTS = 4;
export const ACPI_CDAT_TYPE_SSLBIS = 5;
