import type { ClientCall } from '@mdevkit/core';
import {
  hex,
  isReadOnly,
  isZero,
  valueOf,
  WIDEST_VALUE,
  type AccessPiece,
  type DevicePlaces,
} from '../names/index.js';
import type { BurndownFinding, BurndownKind } from './row.js';

/** A read or write of a region. */
export type RegionAccess = Extract<ClientCall, { readonly kind: 'read' | 'write' }>;

/** Names that say that there is nothing yet: `RESERVED`, `RSVD2`, `RSVDP_30`, `res1`. */
const RESERVED = /(?:^|[._-])(?:reserved|rsvd|rsvdp|rsvdz|res)(?:[\d._-]|$)/i;

/** What of an access that was carried out, `served` bytes of it, met nothing that is implemented. */
export function accessFindings(
  type: string,
  places: DevicePlaces,
  call: RegionAccess,
  served: number,
): readonly BurndownFinding[] {
  const region = places.regionName(call.region) ?? `region ${call.region}`;
  const findings: BurndownFinding[] = [];
  for (const piece of places.split(call.region, call.offset, served)) {
    const kind = kindOf(piece, call.kind);
    if (kind !== undefined) {
      findings.push(findingOf(type, region, kind, call, piece));
    }
  }
  return findings;
}

function kindOf({ kind, name, row }: AccessPiece, access: string): BurndownKind | undefined {
  if (kind === 'hole') {
    return 'hole';
  }
  if (name !== undefined && RESERVED.test(name)) {
    return 'reserved';
  }
  return access === 'write' && row !== undefined && isReadOnly(row) ? 'read-only' : undefined;
}

function findingOf(
  type: string,
  region: string,
  kind: BurndownKind,
  { kind: access, data, at, offset }: RegionAccess,
  { name, near, from, until }: AccessPiece,
): BurndownFinding {
  const width = until - from;
  const start = offset + from;
  const written = access === 'write' && width <= WIDEST_VALUE;
  return {
    type,
    kind,
    access,
    where: `${region} ${name ?? hex(start)}`,
    offset: start,
    width,
    ...(near === undefined ? {} : { near }),
    ...(written ? { firstWritten: valueOf(data, at + from, width) } : {}),
    ...(access === 'read' ? { sawZeros: isZero(data, at + from, width) } : {}),
  };
}
