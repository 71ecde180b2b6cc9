import { Region, type DeviceModel } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import { places } from './places.js';
import type { UsedRegion } from './regions.js';

/** Bytes from the start of a region that are all looked at. */
const CLOSE = 0x2000;
/** Bytes from the start of a region in which a register of one byte may stand alone. */
const DENSE = 0x100;
/** Bytes to the next look, where something else is than a register, or nothing. */
const STRIDE = { hole: 4, trapped: 16, memory: 64 } as const;
/** Registers of a region at the most. */
const MOST = 256;

/** A register, as the model of the device under test says what it has. */
export interface ImplementedRegister {
  readonly name: string;
  readonly region: UsedRegion;
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes. */
  readonly width: number;
  /** Whether a write can change anything. */
  readonly writable: boolean;
}

/** The model that was opened last: all models of a type have the same registers. */
export function modelOf({ watch }: Bench): DeviceModel | undefined {
  const opened = watch.hooks.findLast(({ hook }) => hook === 'open');
  return opened === undefined ? undefined : watch.mdev(opened.mdev).inner;
}

/** The registers that a region has, in order; none where a handler does not say what it has. */
export function registersIn(bench: Bench, region: UsedRegion): readonly ImplementedRegister[] {
  const slot = modelOf(bench)?.regions[region.index];
  const found = new Map<number, ImplementedRegister>();
  if (!(slot instanceof Region) || region.isConfig) {
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
  while (at < Math.min(region.size, CLOSE) && found.size < MOST) {
    at = look(at);
  }
  for (const far of places(region, 4)) {
    if (far >= at && found.size < MOST) {
      look(far);
    }
  }
  return [...found.values()].sort((one, other) => one.offset - other.offset);
}

/** For messages. */
export function nameOf({ name, region }: ImplementedRegister): string {
  return `register ${name} of region ${region.index}`;
}
