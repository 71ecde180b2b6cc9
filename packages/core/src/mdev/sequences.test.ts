import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Device } from '../device/index.js';
import { hostWith, outcome, uuidOf } from '../driver/host.test-support.js';
import type { MdevHost } from '../driver/index.js';

/**
 * What the rules say, in the smallest form: which UUIDs exist, which are open, and the capacity that is in
 * use. Written from the rules, not from the code.
 */
class ReferenceModel {
  static readonly capacity = 4;
  readonly existing = new Map<number, { units: number; handle: number | undefined }>();
  /** Handles that were not closed, with the capacity they still hold after a removal. */
  readonly handles = new Map<number, { uuid: number; heldUnits: number }>();

  get used(): number {
    const live = [...this.existing.values()].reduce((sum, { units }) => sum + units, 0);
    return [...this.handles.values()].reduce((sum, { heldUnits }) => sum + heldUnits, live);
  }

  create(uuid: number, units: number): string {
    if (this.existing.has(uuid)) {
      return 'EEXIST mdev.exists';
    }
    if (this.used + units > ReferenceModel.capacity) {
      return 'EUSERS mdev.no-instances';
    }
    this.existing.set(uuid, { units, handle: undefined });
    return 'ok';
  }

  open(uuid: number, handle: number): string {
    const mdev = this.existing.get(uuid);
    if (mdev === undefined) {
      return 'ENODEV mdev.not-found';
    }
    if (mdev.handle !== undefined) {
      return 'EBUSY device.busy';
    }
    mdev.handle = handle;
    this.handles.set(handle, { uuid, heldUnits: 0 });
    return 'ok';
  }

  use(handle: number): string {
    return this.handles.has(handle) ? this.#state(handle) : 'EBADF device.closed';
  }

  close(handle: number): string {
    const held = this.handles.get(handle);
    const mdev = held === undefined ? undefined : this.existing.get(held.uuid);
    if (mdev?.handle === handle) {
      mdev.handle = undefined;
    }
    this.handles.delete(handle);
    return 'ok';
  }

  remove(uuid: number): string {
    const mdev = this.existing.get(uuid);
    if (mdev === undefined) {
      return 'ENODEV mdev.not-found';
    }
    if (mdev.handle !== undefined) {
      this.handles.set(mdev.handle, { uuid: -1, heldUnits: mdev.units });
    }
    this.existing.delete(uuid);
    return 'ok';
  }

  #state(handle: number): string {
    return this.handles.get(handle)?.uuid === -1 ? 'ENODEV device.revoked' : 'ok';
  }
}

const uuid = fc.integer({ min: 0, max: 5 });
const pick = fc.nat({ max: 7 });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('create' as const), uuid, two: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('open' as const), uuid }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('use' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), uuid }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function runSequence(steps: readonly Step[]): Promise<void> {
  const { host } = await hostWith({ capacity: ReferenceModel.capacity }, { removalGraceMs: 0 });
  await using _ = host;
  const model = new ReferenceModel();
  const handles: Device[] = [];
  for (const current of steps) {
    const [expected, actual] = await runStep(current, model, host, handles);
    expect(actual, JSON.stringify(current)).to.equal(expected);
    expect(host.types[0]?.availableInstances).to.equal(ReferenceModel.capacity - model.used);
    expect(host.mdevs.map((mdev) => mdev.uuid).sort()).to.deep.equal(
      [...model.existing.keys()].map(uuidOf).sort(),
    );
  }
  await Promise.all(handles.map((handle) => handle.close()));
}

async function runStep(
  current: Step,
  model: ReferenceModel,
  host: MdevHost,
  handles: Device[],
): Promise<[expected: string, actual: string]> {
  switch (current.kind) {
    case 'create': {
      const type = current.two ? 'test-two' : 'test-one';
      const request = { parent: 'p0', type, uuid: uuidOf(current.uuid) };
      return [
        model.create(current.uuid, current.two ? 2 : 1),
        await outcome(() => host.create(request)),
      ];
    }
    case 'open':
      return [
        model.open(current.uuid, handles.length),
        await outcome(async () => {
          handles.push(await host.open(uuidOf(current.uuid)));
        }),
      ];
    case 'remove':
      return [model.remove(current.uuid), await outcome(() => host.remove(uuidOf(current.uuid)))];
    default: {
      const index = handles.length === 0 ? -1 : current.pick % handles.length;
      const handle = handles[index];
      if (handle === undefined) {
        return ['ok', 'ok'];
      }
      return current.kind === 'use'
        ? [model.use(index), await outcome(() => handle.info())]
        : [model.close(index), await outcome(() => handle.close())];
    }
  }
}

describe('sequences of create, open, use, close and remove', () => {
  it('agree with a reference model in 1,000 random runs (drivers/vfio/mdev/mdev_core.c)', async function () {
    this.timeout(60_000);
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), runSequence), {
      seed: 20261121,
      numRuns: 1000,
    });
  });
});
