import type { AnyObjectClass, Control, Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { check, done, fail, ready, unless } from '../support/index.js';
import { classesOf, ObjectMaker } from './object-maker.js';

const core = 'drivers/infiniband/core/rdma_core.c';
/** Objects that are made one after the other; a device may have fewer at a time. */
const MANY = 80;

const unlessMade = unless(
  'no object can be made without knowing the driver',
  async (device, bench) => {
    await using control = await device.control();
    return (await makable(bench, control)).length > 0;
  },
);

/** Objects of the driver's own classes, made with the least that their create takes. */
export const objectChecks: readonly ConformanceCheck[] = [
  check(
    'object-create',
    `row uverbs §6.3: whatever objects need, no create breaks (${core}, uverbs_finalize_object)`,
    async (bench) => {
      await withControl(bench, async (control) => {
        for (const objectClass of classesOf(bench)) {
          await new ObjectMaker(bench, control).make(objectClass);
        }
      });
    },
    async (bench) => {
      const device = await ready(bench);
      await device.close();
      return classesOf(bench).length === 0 ? 'the driver has no classes' : undefined;
    },
  ),
  check(
    'object-again',
    `an object that is destroyed makes room for the next, ${MANY} times (${core}, uverbs_destroy_uobject)`,
    async (bench) => {
      await withControl(bench, async (control) => {
        for (const objectClass of await makable(bench, control)) {
          for (let turn = 0; turn < MANY; turn++) {
            const maker = new ObjectMaker(bench, control);
            if ((await maker.make(objectClass)) === undefined) {
              fail(`after ${turn} that are gone again no object of ${objectClass.name} is made`);
            }
            await maker.destroyAll();
          }
          expect(await control.handles(objectClass), objectClass.name).to.deep.equal([]);
        }
      });
    },
    unlessMade,
  ),
  check(
    'object-methods',
    `row uverbs §6.3: every method of an object does a call, or answers an errno (${core})`,
    async (bench) => {
      await withControl(bench, async (control) => {
        for (const objectClass of await makable(bench, control)) {
          for (const method of Object.entries(objectClass.methods)) {
            const maker = new ObjectMaker(bench, control);
            const made = method[1].role === 'instance' ? await maker.make(objectClass) : undefined;
            if (made !== undefined) {
              await maker.call(made, method);
            }
          }
        }
      });
    },
    unlessMade,
  ),
  check(
    'object-closed',
    `row control close: the objects of a client that closes make room for the next one (${core}, uverbs_destroy_ufile_hw)`,
    async (bench) => {
      const device = await ready(bench);
      let before: readonly number[] | undefined;
      for (let turn = 0; turn < 3; turn++) {
        const control = await device.control();
        const counts = await fill(bench, control);
        await done(bench, 'a close of the control plane', control.close());
        before ??= counts;
        expect(counts, `objects of each class, client ${turn}`).to.deep.equal(before);
      }
    },
    unlessMade,
  ),
  check(
    'object-device-closed',
    `row control close: a close of the device leaves nothing of its objects (${core}, uverbs_destroy_ufile_hw)`,
    async (bench) => {
      const { uuid } = await bench.create();
      let before: readonly number[] | undefined;
      for (let turn = 0; turn < 3; turn++) {
        const device: Device = await bench.host.open(uuid);
        const counts = await fill(bench, await device.control());
        await done(bench, 'a close of the device', device.close());
        before ??= counts;
        expect(counts, `objects of each class, open ${turn}`).to.deep.equal(before);
      }
    },
    unlessMade,
  ),
];

async function withControl(bench: Bench, use: (control: Control) => Promise<void>): Promise<void> {
  const device = await ready(bench);
  await using control = await device.control();
  await use(control);
}

/** The classes of which an object is made, and destroyed. */
async function makable(bench: Bench, control: Control): Promise<readonly AnyObjectClass[]> {
  const classes: AnyObjectClass[] = [];
  for (const objectClass of classesOf(bench)) {
    const maker = new ObjectMaker(bench, control);
    if ((await maker.make(objectClass)) !== undefined) {
      classes.push(objectClass);
    }
    await maker.destroyAll();
  }
  return classes;
}

/** Makes objects and leaves them there; how many of each class there are in the end. */
async function fill(bench: Bench, control: Control): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const objectClass of classesOf(bench)) {
    const maker = new ObjectMaker(bench, control);
    let count = 0;
    while (count < MANY && (await maker.make(objectClass)) !== undefined) {
      count += 1;
    }
    counts.push(count);
  }
  return counts;
}
