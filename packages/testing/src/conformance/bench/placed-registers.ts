import { Region, type DeviceModel } from '@mdevkit/core';

/** Bytes from the start of a region in which registers are looked for. */
const NEAR = 0x1000;

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

/**
 * The registers of a model, by region and offset: those of the first 4 KiB of each region whose handlers say what they have.
 */
export function placedRegisters(model: DeviceModel): readonly PlacedRegister[] {
  return model.regions.flatMap((slot, region) =>
    slot instanceof Region ? registersOf(slot, region) : [],
  );
}

function registersOf(slot: Region, region: number): readonly PlacedRegister[] {
  const found: PlacedRegister[] = [];
  for (let at = 0; at < Math.min(slot.size, NEAR);) {
    const place = slot.placeAt(at);
    if (place.kind === 'register') {
      const { name, offset, width, writable } = place;
      found.push({ name, region, offset, width, writable });
      at = offset + width;
    } else {
      at += 1;
    }
  }
  return found;
}
