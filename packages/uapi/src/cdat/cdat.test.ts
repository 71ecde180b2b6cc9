import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AnyStruct } from '../codec/index.js';
import * as cdat from './index.js';

/** Offsets of the fields that are no padding. */
function places(struct: AnyStruct): string {
  return struct
    .document()
    .filter(({ name }) => !name.startsWith('reserved'))
    .map(({ name, offset }) => `${name} ${offset.toString()}`)
    .join(', ');
}

describe('CDAT', () => {
  it('has structs without padding (include/acpi/actbl1.h)', () => {
    const rows: readonly [AnyStruct, number, string][] = [
      [cdat.CdatHeader, 16, 'length 0, revision 4, checksum 5, sequence 12'],
      [cdat.CdatSubtable, 4, 'type 0, length 2'],
      [cdat.CdatDsmas, 20, 'dsmad_handle 0, flags 1, dpa_base_address 4, dpa_length 12'],
      [cdat.CdatDslbis, 20, 'handle 0, flags 1, data_type 2, entry_base_unit 4, entry 12'],
      [cdat.CdatDsmscis, 16, 'dsmas_handle 0, side_cache_size 4, cache_attributes 12'],
      [cdat.CdatDsis, 4, 'flags 0, handle 1'],
      [cdat.CdatDsemts, 20, 'dsmas_handle 0, memory_type 1, dpa_offset 4, range_length 12'],
      [cdat.CdatSslbis, 12, 'data_type 0, entry_base_unit 4'],
      [cdat.CdatSslbe, 8, 'portx_id 0, porty_id 2, latency_or_bandwidth 4'],
      [cdat.CxlTableAccess, 4, 'code 0, table_type 1, entry_handle 2'],
    ];
    for (const [struct, size, fields] of rows) {
      expect([struct.size, places(struct)], struct.name).to.deep.equal([size, fields]);
    }
  });

  it('numbers its structures and measures (include/acpi/actbl1.h)', () => {
    expect([
      cdat.ACPI_CDAT_TYPE_DSMAS,
      cdat.ACPI_CDAT_TYPE_DSLBIS,
      cdat.ACPI_CDAT_TYPE_DSMSCIS,
      cdat.ACPI_CDAT_TYPE_DSIS,
      cdat.ACPI_CDAT_TYPE_DSEMTS,
      cdat.ACPI_CDAT_TYPE_SSLBIS,
    ]).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect([
      cdat.ACPI_HMAT_ACCESS_LATENCY,
      cdat.ACPI_HMAT_READ_LATENCY,
      cdat.ACPI_HMAT_WRITE_LATENCY,
      cdat.ACPI_HMAT_ACCESS_BANDWIDTH,
      cdat.ACPI_HMAT_READ_BANDWIDTH,
      cdat.ACPI_HMAT_WRITE_BANDWIDTH,
    ]).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });
});
