import {
  ACPI_CDAT_TYPE_DSEMTS,
  ACPI_CDAT_TYPE_DSIS,
  ACPI_CDAT_TYPE_DSLBIS,
  ACPI_CDAT_TYPE_DSMAS,
  ACPI_CDAT_TYPE_DSMSCIS,
  ACPI_CDAT_TYPE_SSLBIS,
  CdatDsemts,
  CdatDsis,
  CdatDslbis,
  CdatDsmas,
  CdatDsmscis,
  CdatSslbe,
  CdatSslbis,
  CdatSubtable,
} from '@mdevkit/uapi';
import type { CdatStructure, Sslbis } from './structures.js';

/**
 * A structure with its header, as it stands in a table.
 *
 * Source: CDAT 1.04, sections 2.1 to 2.6.
 *
 * @throws RangeError if a value does not fit its field
 */
export function encodeStructure(structure: CdatStructure): Uint8Array {
  switch (structure.kind) {
    case 'dsmas': {
      const { handle, flags, base, length } = structure;
      return withHeader(
        ACPI_CDAT_TYPE_DSMAS,
        CdatDsmas.encode({
          dsmad_handle: handle,
          flags,
          dpa_base_address: base,
          dpa_length: length,
        }),
      );
    }
    case 'dslbis': {
      const { handle, flags, dataType, unit, entries } = structure;
      return withHeader(
        ACPI_CDAT_TYPE_DSLBIS,
        CdatDslbis.encode({
          handle,
          flags,
          data_type: dataType,
          entry_base_unit: unit,
          entry: entries,
        }),
      );
    }
    case 'dsmscis': {
      const { handle, size, attributes } = structure;
      return withHeader(
        ACPI_CDAT_TYPE_DSMSCIS,
        CdatDsmscis.encode({
          dsmas_handle: handle,
          side_cache_size: size,
          cache_attributes: attributes,
        }),
      );
    }
    case 'dsis': {
      const { flags, handle } = structure;
      return withHeader(ACPI_CDAT_TYPE_DSIS, CdatDsis.encode({ flags, handle }));
    }
    case 'dsemts': {
      const { handle, memoryType, offset, length } = structure;
      return withHeader(
        ACPI_CDAT_TYPE_DSEMTS,
        CdatDsemts.encode({
          dsmas_handle: handle,
          memory_type: memoryType,
          dpa_offset: offset,
          range_length: length,
        }),
      );
    }
    case 'sslbis':
      return withHeader(ACPI_CDAT_TYPE_SSLBIS, sslbisBody(structure));
  }
}

function sslbisBody({ dataType, unit, entries }: Sslbis): Uint8Array {
  const body = new Uint8Array(CdatSslbis.size + entries.length * CdatSslbe.size);
  CdatSslbis.encode({ data_type: dataType, entry_base_unit: unit }, body);
  entries.forEach(({ x, y, value }, index) => {
    CdatSslbe.encode(
      { portx_id: x, porty_id: y, latency_or_bandwidth: value },
      body,
      CdatSslbis.size + index * CdatSslbe.size,
    );
  });
  return body;
}

function withHeader(type: number, body: Uint8Array): Uint8Array {
  const length = CdatSubtable.size + body.length;
  const bytes = new Uint8Array(length);
  CdatSubtable.encode({ type, length }, bytes);
  bytes.set(body, CdatSubtable.size);
  return bytes;
}
