import type { Device } from '../device/index.js';
import { MdevError } from '../errors/index.js';
import { takeDown } from '../lifecycle/index.js';
import type { MdevType } from '../mdev/index.js';
import type { TypeQuery } from '../topology/index.js';

/** What a library needs of a host to find a device of its own; `MdevHost` is one. */
export interface MdevSource {
  /** Types that fit and are available, best first. */
  findTypes(query: TypeQuery): readonly MdevType[];
  create(options: {
    readonly parent: string;
    readonly type: string;
  }): Promise<{ readonly uuid: string }>;
  open(uuid: string): Promise<Device>;
  remove(uuid: string): Promise<void>;
}

/** The order of parents stays, which is by distance; within a parent the smallest type comes first. */
export function smallestFirst(
  types: readonly MdevType[],
  sizeOf: (type: MdevType) => number,
): readonly MdevType[] {
  const parents = [...new Set(types.map(({ parent }) => parent))];
  return parents.flatMap((parent) =>
    types.filter((type) => type.parent === parent).sort((a, b) => sizeOf(a) - sizeOf(b)),
  );
}

/**
 * Creates an mdev of the first type that is still available, opens it and has it taken into use. `release` closes the device
 * and removes the mdev. Undefined if others took what there was, meanwhile. Throws what the host and `use` throw; nothing is
 * left then.
 */
export async function openMdev<T>(
  host: MdevSource,
  candidates: readonly MdevType[],
  use: (device: Device, release: () => Promise<void>) => Promise<T>,
): Promise<T | undefined> {
  const uuid = await createFirst(host, candidates);
  if (uuid === undefined) {
    return undefined;
  }
  let device: Device | undefined;
  const release = (): Promise<void> =>
    takeDown(
      () => device?.close(),
      () => removeIfThere(host, uuid),
    );
  try {
    device = await host.open(uuid);
    return await use(device, release);
  } catch (error) {
    // The first error counts.
    await release().catch(() => undefined);
    throw error;
  }
}

async function createFirst(
  host: MdevSource,
  candidates: readonly MdevType[],
): Promise<string | undefined> {
  for (const { parent, id } of candidates) {
    try {
      return (await host.create({ parent, type: id })).uuid;
    } catch (error) {
      if (!MdevError.is(error) || error.code !== 'EUSERS') {
        throw error;
      }
    }
  }
  return undefined;
}

/** The mdev may have been removed from under us: then it is what we want. */
async function removeIfThere(host: MdevSource, uuid: string): Promise<void> {
  try {
    await host.remove(uuid);
  } catch (error) {
    if (!MdevError.is(error) || (error.code !== 'ENODEV' && error.code !== 'EAGAIN')) {
      throw error;
    }
  }
}
