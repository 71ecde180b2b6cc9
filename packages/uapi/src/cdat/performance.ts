import { array, bytes, struct, u16, u64, u8 } from '../codec/index.js';

/**
 * Structures about latency and bandwidth. Each follows its `acpi_cdat_header`. A value is an entry times the base unit:
 * picoseconds, or megabytes a second.
 *
 * Source: `include/acpi/actbl1.h`; CDAT 1.04, sections 2.2 and 2.6; ACPI 6.5, section 5.2.28.4.
 */

/** Device scoped latency and bandwidth. */
export const CdatDslbis = struct(
  'acpi_cdat_dslbis',
  {
    handle: u8(0),
    flags: u8(1),
    data_type: u8(2),
    reserved: u8(3),
    entry_base_unit: u64(4),
    entry: array(12, u16, 3),
    reserved2: u16(18),
  },
  { packed: true },
);

/** Which part of the memory the flags of {@link CdatDslbis} say it is about; 0 is the memory itself. */
export const ACPI_CDAT_DSLBIS_MEM_MASK = 0x0f;

/** Switch scoped latency and bandwidth; {@link CdatSslbe} follow it to its end. */
export const CdatSslbis = struct(
  'acpi_cdat_sslbis',
  { data_type: u8(0), reserved: bytes(1, 3), entry_base_unit: u64(4) },
  { packed: true },
);

/** From one port of a switch to another. */
export const CdatSslbe = struct('acpi_cdat_sslbe', {
  portx_id: u16(0),
  porty_id: u16(2),
  latency_or_bandwidth: u16(4),
  reserved: u16(6),
});

/** Ports that are no downstream port: the upstream one, any. */
export const ACPI_CDAT_SSLBIS_US_PORT = 0x0100;
export const ACPI_CDAT_SSLBIS_ANY_PORT = 0xffff;

/** What a value is. */
export const ACPI_HMAT_ACCESS_LATENCY = 0;
export const ACPI_HMAT_READ_LATENCY = 1;
export const ACPI_HMAT_WRITE_LATENCY = 2;
export const ACPI_HMAT_ACCESS_BANDWIDTH = 3;
export const ACPI_HMAT_READ_BANDWIDTH = 4;
export const ACPI_HMAT_WRITE_BANDWIDTH = 5;
