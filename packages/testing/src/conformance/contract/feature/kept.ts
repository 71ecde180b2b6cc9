import type { Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_GET as GET,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
  VFIO_DEVICE_FEATURE_SET as SET,
} from '@mdevkit/uapi';
import { Random } from '../../../random/index.js';
import type { Bench } from '../../bench/index.js';
import { answerOf, done, SEED, unless } from '../support/index.js';
import { knownFeatures } from './known.js';

const ROOM = 4096;
/** Values that are tried to find one that a feature takes. */
const TRIES = 16;

/** A feature that keeps what a client sets. */
export interface KeptFeature {
  readonly id: number;
  /** What it is on a new device. */
  readonly initial: Uint8Array;
  /** Something else, which it takes. */
  readonly other: Uint8Array;
}

/** The features that answer a GET with what was set; on the device they have their other values afterwards. */
export async function setFeatures(bench: Bench, device: Device): Promise<readonly KeptFeature[]> {
  const kept: KeptFeature[] = [];
  for (const { id, get, set } of await knownFeatures(bench, device)) {
    const isValue = get && set && id !== VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE;
    const initial = isValue ? await getFeature(bench, device, id) : undefined;
    if (initial !== undefined) {
      const other = await setOther(bench, device, id, initial);
      kept.push(...(other === undefined ? [] : [{ id, initial, other }]));
    }
  }
  return kept;
}

export const unlessKept = unless('no feature keeps what is set', async (device, bench) => {
  return (await setFeatures(bench, device)).length > 0;
});

/** What a feature answers; undefined if it refuses. */
export async function getFeature(
  bench: Bench,
  device: Device,
  id: number,
): Promise<Uint8Array | undefined> {
  const call = device.feature(GET | id, new Uint8Array(ROOM));
  const answer = await answerOf(bench, `GET of feature ${id}`, call);
  return 'value' in answer ? answer.value.data : undefined;
}

/** Whether a SET is done. Fails if it breaks the driver. */
export async function isTaken(
  bench: Bench,
  device: Device,
  id: number,
  value: Uint8Array,
): Promise<boolean> {
  const call = device.feature(SET | id, value.slice());
  return 'value' in (await answerOf(bench, `SET of feature ${id}`, call));
}

/** Sets what a feature has taken before. */
export async function setAgain(
  bench: Bench,
  device: Device,
  { id, other }: KeptFeature,
): Promise<void> {
  await done(bench, `SET of feature ${id}`, device.feature(SET | id, other.slice()));
}

async function setOther(
  bench: Bench,
  device: Device,
  id: number,
  initial: Uint8Array,
): Promise<Uint8Array | undefined> {
  const random = new Random(SEED);
  for (let turn = 0; turn < TRIES && initial.length > 0; turn++) {
    const other = initial.slice();
    const at = turn % initial.length;
    other[at] = (other[at] ?? 0) ^ (turn < initial.length ? 1 : 1 + random.below(255));
    const what = `SET of feature ${id}`;
    await answerOf(bench, what, device.feature(SET | id, other.slice()));
    const now = await getFeature(bench, device, id);
    if (now !== undefined && Buffer.compare(now, initial) !== 0) {
      return now;
    }
  }
  return undefined;
}
