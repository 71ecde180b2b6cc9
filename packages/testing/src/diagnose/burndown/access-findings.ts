import type { ClientCall } from '@mdevkit/core';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
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
    if (kind !== undefined && !(kind === 'hole' && isUnimplementedConfig(places, call, piece))) {
      findings.push(findingOf(type, region, kind, call, piece));
    }
  }
  return findings;
}

/**
 * Whether a client reads a register of PCI config space that its function does not have: they read as zeros, and every client
 * reads some to find out. Source: PCI Express Base Specification 6.0, section 7.5.
 */
function isUnimplementedConfig(
  places: DevicePlaces,
  { kind, region, data, at }: RegionAccess,
  { from, until }: AccessPiece,
): boolean {
  return (
    kind === 'read' &&
    region === VFIO_PCI_CONFIG_REGION_INDEX &&
    places.deviceApi === 'vfio-pci' &&
    isZero(data, at + from, until - from)
  );
}

/** By the names, or by what the model says itself. */
function ignoresWrites({ row, writable }: AccessPiece): boolean {
  return writable === false || (row !== undefined && isReadOnly(row));
}

function kindOf(piece: AccessPiece, access: string): BurndownKind | undefined {
  const { kind, name } = piece;
  if (kind === 'hole') {
    return 'hole';
  }
  if (name !== undefined && RESERVED.test(name)) {
    return 'reserved';
  }
  return access === 'write' && ignoresWrites(piece) ? 'read-only' : undefined;
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
