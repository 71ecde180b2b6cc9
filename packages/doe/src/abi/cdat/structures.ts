/*
 * The structures of a Coherent Device Attribute Table. A table that was read gives them as they were declared.
 *
 * Source: CDAT 1.04, sections 2.1 to 2.6; Linux include/acpi/actbl1.h.
 */

/** A range of device physical addresses (Device Scoped Memory Affinity Structure). */
export interface Dsmas {
  readonly kind: 'dsmas';
  /** What other structures name the range by, 8 bits. */
  readonly handle: number;
  /** Bytes. */
  readonly base: bigint;
  readonly length: bigint;
  /** ACPI_CDAT_DSMAS_…, 8 bits. */
  readonly flags: number;
}

/** Latency or bandwidth of a range (Device Scoped Latency and Bandwidth Information Structure). */
export interface Dslbis {
  readonly kind: 'dslbis';
  readonly handle: number;
  /** 0 for the memory itself, 8 bits. */
  readonly flags: number;
  /** ACPI_HMAT_…_LATENCY or ACPI_HMAT_…_BANDWIDTH, 8 bits. */
  readonly dataType: number;
  /** Picoseconds, or megabytes a second: what an entry is multiplied by. */
  readonly unit: bigint;
  /** 16 bits each; 0 and 0xffff say nothing. A device has one value, the first. */
  readonly entries: readonly [number, number, number];
}

/** A cache in front of a range (Device Scoped Memory Side Cache Information Structure). */
export interface Dsmscis {
  readonly kind: 'dsmscis';
  readonly handle: number;
  /** Bytes. */
  readonly size: bigint;
  /** ACPI_HMAT_…CACHE…, 32 bits. */
  readonly attributes: number;
}

/** Who may access memory from here (Device Scoped Initiator Structure). */
export interface Dsis {
  readonly kind: 'dsis';
  /** ACPI_CDAT_DSIS_MEM_ATTACHED if `handle` is that of a range, 8 bits. */
  readonly flags: number;
  readonly handle: number;
}

/** What a part of a range is for (Device Scoped EFI Memory Type Structure). */
export interface Dsemts {
  readonly kind: 'dsemts';
  readonly handle: number;
  /** ACPI_CDAT_DSEMTS_TYPE_…, 8 bits. */
  readonly memoryType: number;
  /** Bytes, from the base of the range. */
  readonly offset: bigint;
  readonly length: bigint;
}

/** Between two ports of a switch. */
export interface SslbisEntry {
  /** ACPI_CDAT_SSLBIS_US_PORT, ACPI_CDAT_SSLBIS_ANY_PORT, or the number of a downstream port; 16 bits. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** Latency or bandwidth of a switch (Switch Scoped Latency and Bandwidth Information Structure). */
export interface Sslbis {
  readonly kind: 'sslbis';
  readonly dataType: number;
  readonly unit: bigint;
  readonly entries: readonly SslbisEntry[];
}

/** A structure of a later revision. */
export interface UnknownStructure {
  readonly kind: 'unknown';
  /** 8 bits, none of the above. */
  readonly type: number;
  /** What follows the header. */
  readonly body: Uint8Array;
}

/** A structure that is known. */
export type CdatStructure = Dsmas | Dslbis | Dsmscis | Dsis | Dsemts | Sslbis;

/** A structure of a table that somebody else made. */
export type AnyCdatStructure = CdatStructure | UnknownStructure;
