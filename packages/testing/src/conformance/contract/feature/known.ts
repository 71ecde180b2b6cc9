import type { Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_GET as GET,
  VFIO_DEVICE_FEATURE_PROBE as PROBE,
  VFIO_DEVICE_FEATURE_SET as SET,
} from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import { codeAnswered } from '../support/index.js';

/** Ids that are asked for; the kernel has 13, and a driver may have its own. */
const IDS = 64;
const nothing = new Uint8Array(0);

/** A feature that a device says it has. */
export interface KnownFeature {
  readonly id: number;
  readonly get: boolean;
  readonly set: boolean;
}

/** What a device has of features, by asking for each. */
export async function knownFeatures(
  bench: Bench,
  device: Device,
): Promise<readonly KnownFeature[]> {
  const known: KnownFeature[] = [];
  for (let id = 0; id < IDS; id++) {
    const get = await probe(bench, device, GET | id);
    const set = await probe(bench, device, SET | id);
    if (get || set) {
      known.push({ id, get, set });
    }
  }
  return known;
}

async function probe(bench: Bench, device: Device, flags: number): Promise<boolean> {
  const call = device.feature(PROBE | flags, nothing);
  return (await codeAnswered(bench, `a probe of feature ${flags & 0xffff}`, call)) === 'done';
}
