import {
  defineDriver,
  MdevError,
  registerLayout,
  registerRegion,
  type DeviceModel,
  type MigrationModel,
  type MigrationSink,
  type MigrationSource,
} from '@mdevkit/core';
import type { FuzzModel } from './model.js';

const IDENTITY = 0x6d69_6772;
/** Bytes of state, at the most. */
const LARGEST = 4096;

const registers = registerLayout('migratable', 0x10, [
  { name: 'ID', offset: 0, width: 4, access: 'ro', reset: IDENTITY },
  { name: 'VALUE', offset: 4, width: 4, access: 'rw' },
]);

/** State that comes and goes as bytes, now and then after a while, and is refused now and then. */
class Migration implements MigrationModel {
  readonly p2p = true;
  readonly preCopy = true;
  #state = Uint8Array.from({ length: 300 }, (_, i) => i);
  #received: number[] = [];
  #calls = 0;

  transition(from: number, to: number): void | Promise<void> {
    const call = this.#calls++;
    if (call % 13 === 12) {
      throw new MdevError('EIO', 'fuzz.transition', 'not now', { from, to });
    }
    if (from === 4) {
      this.#state = Uint8Array.from(this.#received);
    }
    return call % 2 === 0 ? undefined : Promise.resolve();
  }

  save(): MigrationSource {
    let rest = this.#state;
    return {
      read: (into) => {
        const part = rest.subarray(0, Math.min(into.length, 100));
        into.set(part);
        rest = rest.subarray(part.length);
        return this.#calls++ % 2 === 0 ? part.length : Promise.resolve(part.length);
      },
      remaining: () => ({ initialBytes: rest.length, dirtyBytes: 0 }),
    };
  }

  restore(): MigrationSink {
    this.#received = [];
    return {
      write: (from) => {
        if (this.#received.length + from.length > LARGEST) {
          throw new MdevError('EINVAL', 'fuzz.image', 'too long');
        }
        this.#received.push(...from);
        return this.#calls++ % 2 === 0 ? undefined : Promise.resolve();
      },
    };
  }

  dataSize(): number {
    return this.#state.length;
  }
}

function model(): DeviceModel {
  const instance = registers.instantiate({});
  return {
    deviceApi: 'vfio-platform',
    irqs: [],
    regions: [registerRegion('registers', instance)],
    migration: new Migration(),
    reset: () => undefined,
  };
}

export const migratable: FuzzModel = {
  name: 'migratable',
  driver: defineDriver({
    name: 'migratable',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'migratable0', capacity: 1 }],
    model,
  }),
  parent: 'migratable0',
  type: 'migratable-one',
  identity: { region: 0, offset: 0, value: IDENTITY },
};
