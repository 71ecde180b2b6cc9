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
} from '@mdevkit/uapi';
import type { AnyCdatStructure, Sslbis } from './structures.js';

/**
 * The structure behind a header of a type. Undefined if it is not as long as its type says; a type that is not known is
 * as long as it likes.
 *
 * Source: CDAT 1.04, sections 2.1 to 2.6; Linux drivers/cxl/core/cdat.c.
 */
export function decodeStructure(type: number, body: Uint8Array): AnyCdatStructure | undefined {
  switch (type) {
    case ACPI_CDAT_TYPE_DSMAS:
      return body.length === CdatDsmas.size ? dsmas(body) : undefined;
    case ACPI_CDAT_TYPE_DSLBIS:
      return body.length === CdatDslbis.size ? dslbis(body) : undefined;
    case ACPI_CDAT_TYPE_DSMSCIS:
      return body.length === CdatDsmscis.size ? dsmscis(body) : undefined;
    case ACPI_CDAT_TYPE_DSIS: {
      return body.length === CdatDsis.size ? dsis(body) : undefined;
    }
    case ACPI_CDAT_TYPE_DSEMTS:
      return body.length === CdatDsemts.size ? dsemts(body) : undefined;
    case ACPI_CDAT_TYPE_SSLBIS:
      return sslbis(body);
    default:
      return { kind: 'unknown', type, body: body.slice() };
  }
}

function dsmas(body: Uint8Array): AnyCdatStructure {
  const value = CdatDsmas.decode(body);
  return {
    kind: 'dsmas',
    handle: value.dsmad_handle,
    base: value.dpa_base_address,
    length: value.dpa_length,
    flags: value.flags,
  };
}

function dslbis(body: Uint8Array): AnyCdatStructure {
  const value = CdatDslbis.decode(body);
  const [first = 0, second = 0, third = 0] = value.entry;
  return {
    kind: 'dslbis',
    handle: value.handle,
    flags: value.flags,
    dataType: value.data_type,
    unit: value.entry_base_unit,
    entries: [first, second, third],
  };
}

function dsmscis(body: Uint8Array): AnyCdatStructure {
  const value = CdatDsmscis.decode(body);
  return {
    kind: 'dsmscis',
    handle: value.dsmas_handle,
    size: value.side_cache_size,
    attributes: value.cache_attributes,
  };
}

function dsis(body: Uint8Array): AnyCdatStructure {
  const { flags, handle } = CdatDsis.decode(body);
  return { kind: 'dsis', flags, handle };
}

function dsemts(body: Uint8Array): AnyCdatStructure {
  const value = CdatDsemts.decode(body);
  return {
    kind: 'dsemts',
    handle: value.dsmas_handle,
    memoryType: value.memory_type,
    offset: value.dpa_offset,
    length: value.range_length,
  };
}

function sslbis(body: Uint8Array): Sslbis | undefined {
  const room = body.length - CdatSslbis.size;
  if (room < 0 || room % CdatSslbe.size !== 0) {
    return undefined;
  }
  const { data_type: dataType, entry_base_unit: unit } = CdatSslbis.decode(body);
  const entries = Array.from({ length: room / CdatSslbe.size }, (_, index) => {
    const value = CdatSslbe.decode(body, CdatSslbis.size + index * CdatSslbe.size);
    return { x: value.portx_id, y: value.porty_id, value: value.latency_or_bandwidth };
  });
  return { kind: 'sslbis', dataType, unit, entries };
}
