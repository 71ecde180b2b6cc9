import { Region, type DeviceModel } from '@mdevkit/core';
import { places } from '../support/index.js';

/** Bytes from the start of a region that are all looked at. */
const CLOSE = 0x2000;
/** Bytes from the start of a region in which a register of one byte may stand alone. */
const DENSE = 0x100;
/** Bytes to the next look, where something else is than a register, or nothing. */
const STRIDE = { hole: 4, trapped: 16, memory: 64 } as const;
/** Registers of a region at the most. */
const MOST = 256;

/** A register, where its model says that it has one. */
export interface PlacedRegister {
  readonly name: string;
  readonly region: number;
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes. */
  readonly width: number;
  /** Whether a write can change anything. */
  readonly writable: boolean;
}

/** The registers of a model whose handlers say what they have, by region and offset. */
export function placedRegisters(model: DeviceModel): readonly PlacedRegister[] {
  return model.regions.flatMap((_slot, region) => placedRegistersIn(model, region));
}

/** Those of one region: of its first 8 KiB, and of some places in the rest. */
export function placedRegistersIn(
  { regions }: DeviceModel,
  region: number,
): readonly PlacedRegister[] {
  const slot = regions[region];
  const found = new Map<number, PlacedRegister>();
  if (!(slot instanceof Region)) {
    return [];
  }
  /** Answers where to look next. */
  const look = (at: number): number => {
    const place = slot.placeAt(at);
    if (place.kind !== 'register') {
      const stride = at < DENSE ? 1 : STRIDE[place.kind];
      return at + stride - (at % stride);
    }
    const { name, offset, width, writable } = place;
    found.set(offset, { name, region, offset, width, writable });
    return offset + width;
  };
  let at = 0;
  while (at < Math.min(slot.size, CLOSE) && found.size < MOST) {
    at = look(at);
  }
  for (const far of places(slot, 4)) {
    if (far >= at && found.size < MOST) {
      look(far);
    }
  }
  return [...found.values()].sort((one, other) => one.offset - other.offset);
}
