import { Region, type DeviceApi, type DeviceModel } from '@mdevkit/core';
import { rowAt, rowsOf, type NamedRegister, type RegionNames } from './register-names.js';

/** A part of an access that meets one register, or none. */
export interface AccessPiece {
  readonly kind: 'register' | 'memory' | 'trapped' | 'hole';
  /** Of the register, also of one that is named and not implemented. */
  readonly name: string | undefined;
  /** Bytes from the start of the region: of the register, or else of the piece. */
  readonly offset: number;
  /** Bytes: of the register, or else of the piece. */
  readonly width: number;
  /** The bytes of the access that are in it: `[from, until)`. */
  readonly from: number;
  readonly until: number;
  /** What is known of the register by its name. */
  readonly row: NamedRegister | undefined;
  /** Whether a write can change anything; undefined where the model does not say. */
  readonly writable: boolean | undefined;
  /** The next register, where there is none: `STATUS+4`. */
  readonly near: string | undefined;
}

/** What is known of a region without its model: its name, and what is at an offset. */
export type PlacedRegion = Pick<Region, 'name' | 'placeAt'>;

interface Place {
  readonly kind: AccessPiece['kind'];
  readonly name: string | undefined;
  readonly offset: number;
  readonly width: number;
  readonly row: NamedRegister | undefined;
  readonly writable: boolean | undefined;
}

/** Bytes of an access that are looked at, from its start. */
const MOST_BYTES = 4096;
/** How far from a hole a register is near it, in bytes. */
const NEAR_BYTES = 64;
/** Accesses of different place and length that are remembered. */
const MOST_SPLITS = 4096;

/** What is where in the regions of one device, by name. */
export class DevicePlaces {
  readonly #regions: readonly (PlacedRegion | undefined)[];
  readonly #rows: readonly (readonly NamedRegister[])[];
  /** By region, offset and length: what a model has at a place does not change. */
  readonly #splits = new Map<string, readonly AccessPiece[]>();

  /** Undefined if it is not known. */
  readonly deviceApi: DeviceApi | undefined;

  /** `regions` by VFIO region index. */
  constructor(
    regions: readonly (PlacedRegion | undefined)[],
    names: RegionNames = {},
    deviceApi?: DeviceApi,
  ) {
    this.deviceApi = deviceApi;
    this.#regions = regions;
    this.#rows = Array.from(regions, (_, index) => rowsOf(names[index]));
  }

  static of(
    { regions, deviceApi }: Pick<DeviceModel, 'regions'> & Partial<Pick<DeviceModel, 'deviceApi'>>,
    names?: RegionNames,
  ): DevicePlaces {
    return new DevicePlaces(
      regions.map((slot) => (slot instanceof Region ? slot : undefined)),
      names,
      deviceApi,
    );
  }

  /** Undefined for an index that is not in use. */
  regionName(index: number): string | undefined {
    return this.#regions[index]?.name;
  }

  /**
   * An access that was carried out, register by register. Of a long one the first 4096 bytes are looked at. Empty for a
   * region that is not in use.
   */
  split(index: number, offset: number, length: number): readonly AccessPiece[] {
    const key = `${index} ${offset} ${length}`;
    const known = this.#splits.get(key);
    if (known !== undefined) {
      return known;
    }
    const pieces = this.#split(index, offset, Math.min(length, MOST_BYTES));
    if (this.#splits.size < MOST_SPLITS) {
      this.#splits.set(key, pieces);
    }
    return pieces;
  }

  #split(index: number, offset: number, length: number): readonly AccessPiece[] {
    const region = this.#regions[index];
    const pieces: AccessPiece[] = [];
    if (region === undefined) {
      return pieces;
    }
    const rows = this.#rows[index] ?? [];
    let from = 0;
    while (from < length) {
      const place = placeAt(region, rows, offset + from);
      const end = place.offset + place.width - offset;
      let until = Math.min(end, length);
      if (place.name === undefined) {
        // Bytes without a register are one piece as long as they are of one kind.
        while (until < length && isSame(place, placeAt(region, rows, offset + until))) {
          until += 1;
        }
      }
      const width = place.name === undefined ? until - from : place.width;
      const near =
        place.kind === 'hole' && place.name === undefined
          ? nearest(region, rows, offset + from)
          : undefined;
      pieces.push({ ...place, width, from, until, near });
      from = until;
    }
    return pieces;
  }
}

function placeAt(region: PlacedRegion, rows: readonly NamedRegister[], offset: number): Place {
  const row = rowAt(rows, offset);
  const place = region.placeAt(offset);
  if (place.kind === 'register') {
    return { ...place, row: row?.offset === place.offset ? row : undefined };
  }
  if (row !== undefined) {
    const kind = place.kind === 'trapped' ? 'register' : place.kind;
    const { name, offset: start, width } = row;
    return { kind, name, offset: start, width, row, writable: undefined };
  }
  // Who knows the names of a region knows where there are none.
  const kind = place.kind === 'trapped' && rows.length > 0 ? 'hole' : place.kind;
  return { kind, name: undefined, offset, width: 1, row, writable: undefined };
}

function isSame(a: Place, b: Place): boolean {
  return b.name === undefined && a.kind === b.kind;
}

/** `STATUS+4`, or `STATUS-4` if it comes later; undefined if there is no register nearby. */
function nearest(
  region: PlacedRegion,
  rows: readonly NamedRegister[],
  offset: number,
): string | undefined {
  for (let distance = 1; distance <= NEAR_BYTES; distance += 1) {
    for (const at of [offset - distance, offset + distance]) {
      const place = at < 0 ? undefined : placeAt(region, rows, at);
      if (place?.name !== undefined) {
        const away = offset - place.offset;
        return `${place.name}${away < 0 ? '-' : '+'}${Math.abs(away)}`;
      }
    }
  }
  return undefined;
}
