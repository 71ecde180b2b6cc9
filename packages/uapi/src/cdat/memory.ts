import { bytes, struct, u16, u32, u64, u8 } from '../codec/index.js';

/**
 * Structures about memory: which ranges there are, and how they are used. Each follows its `acpi_cdat_header`.
 *
 * Source: `include/acpi/actbl1.h`; CDAT 1.04, sections 2.1, 2.3, 2.4 and 2.5.
 */

/** Device scoped memory affinity: a range of device physical addresses, and the handle that others name it by. */
export const CdatDsmas = struct(
  'acpi_cdat_dsmas',
  {
    dsmad_handle: u8(0),
    flags: u8(1),
    reserved: u16(2),
    dpa_base_address: u64(4),
    dpa_length: u64(12),
  },
  { packed: true },
);

/** Flags of {@link CdatDsmas}; hardware coherence and dynamic capacity are those of CDAT 1.04. */
export const ACPI_CDAT_DSMAS_NON_VOLATILE = 0x04;
export const ACPI_CDAT_DSMAS_SHAREABLE = 0x08;
export const ACPI_CDAT_DSMAS_HW_COHERENT = 0x10;
export const ACPI_CDAT_DSMAS_DYNAMIC_CAPACITY = 0x20;
export const ACPI_CDAT_DSMAS_READ_ONLY = 0x40;

/** Device scoped memory side cache. */
export const CdatDsmscis = struct(
  'acpi_cdat_dsmscis',
  {
    dsmas_handle: u8(0),
    reserved: bytes(1, 3),
    side_cache_size: u64(4),
    cache_attributes: u32(12),
  },
  { packed: true },
);

/** Attributes of {@link CdatDsmscis}. */
export const ACPI_HMAT_TOTAL_CACHE_LEVELS = 0x0000000f;
export const ACPI_HMAT_CACHE_LEVEL = 0x000000f0;
export const ACPI_HMAT_CACHE_ASSOCIATIVITY = 0x00000f00;
export const ACPI_HMAT_WRITE_POLICY = 0x0000f000;
export const ACPI_HMAT_CACHE_LINE_SIZE = 0xffff0000;

/** Device scoped initiator. */
export const CdatDsis = struct('acpi_cdat_dsis', { flags: u8(0), handle: u8(1), reserved: u16(2) });

/** Flag of {@link CdatDsis}: `handle` is that of a DSMAS. */
export const ACPI_CDAT_DSIS_MEM_ATTACHED = 0x01;

/** Device scoped EFI memory type: what an operating system should use a part of a range for. */
export const CdatDsemts = struct(
  'acpi_cdat_dsemts',
  {
    dsmas_handle: u8(0),
    memory_type: u8(1),
    reserved: u16(2),
    dpa_offset: u64(4),
    range_length: u64(12),
  },
  { packed: true },
);

/** Memory types of {@link CdatDsemts}: conventional; conventional for a special purpose; reserved. */
export const ACPI_CDAT_DSEMTS_TYPE_EFI_CONVENTIONAL_MEMORY = 0;
export const ACPI_CDAT_DSEMTS_TYPE_EFI_CONVENTIONAL_MEMORY_ATTRIBUTE_SP = 1;
export const ACPI_CDAT_DSEMTS_TYPE_EFI_RESERVED = 2;
