import { DeviceClass, type Control, type ObjectCatalogue } from '@mdevkit/core';
import { expect } from 'chai';
import type { ConformanceCheck } from '../../check.js';
import { check, done, ready, refused, scribble, unlessReset, unlessTwo } from '../support/index.js';

const main = 'drivers/infiniband/core/uverbs_main.c';

/** The control plane, which every device has: the classes of the core, and those of its driver. */
export const controlChecks: readonly ConformanceCheck[] = [
  check(
    'query',
    'row seed 002 device and port: a device says what it has (ofvwg list, April 2016; include/uapi/rdma/ib_user_ioctl_cmds.h)',
    async (bench) => {
      const device = await ready(bench);
      await using control = await device.control();
      const { classes } = await done(bench, 'a query', control.query());
      expect(classes.map(({ name }) => name)).to.include(DeviceClass.name);
      for (const { name, methods } of classes) {
        expect(methods.length, `methods of ${name}: without any nobody could use it`).to.be.above(
          0,
        );
      }
    },
  ),
  check(
    'query-ids',
    'row uverbs §6.2 class twice, method twice: numbers are unique (drivers/infiniband/core/uverbs_uapi.c)',
    async (bench) => {
      const device = await ready(bench);
      await using control = await device.control();
      const { classes } = await done(bench, 'a query', control.query());
      expect(new Set(classes.map(({ id }) => id)).size).to.equal(classes.length);
      for (const { name, methods } of classes) {
        expect(new Set(methods.map(({ id }) => id)).size, name).to.equal(methods.length);
      }
    },
  ),
  same('twice', 'when it is asked again', async (control) => control.query()),
  same('clients', 'to every client', async (_control, { device }) => {
    await using other = await device.control();
    return await other.query();
  }),
  same('writes', 'after a client wrote to all regions', async (control, { bench, device }) => {
    await scribble(bench, device);
    return control.query();
  }),
  check(
    'query-reset',
    'row uverbs §6.2 capability class: a device offers the same after a reset (own rule: it is asked once)',
    async (bench) => {
      const device = await ready(bench);
      await using control = await device.control();
      const before = offerOf(await done(bench, 'a query', control.query()));
      await done(bench, 'a reset', device.reset());
      expect(offerOf(await done(bench, 'a query', control.query()))).to.deep.equal(before);
    },
    unlessReset,
  ),
  check(
    'query-twins',
    'two mdevs of a type offer the same (own rule: mdevs of a type are alike)',
    async (bench) => {
      const [one, other] = [await ready(bench), await ready(bench)];
      await using first = await one.control();
      await using second = await other.control();
      const offer = offerOf(await done(bench, 'a query', second.query()));
      expect(offer).to.deep.equal(offerOf(await done(bench, 'a query', first.query())));
    },
    unlessTwo,
  ),
  check(
    'empty',
    `row control open: a new client has no objects (${main}, ib_uverbs_open)`,
    async (bench) => {
      const device = await ready(bench);
      await using control = await device.control();
      for (const { name, handles } of (await done(bench, 'a query', control.query())).classes) {
        expect(handles, `objects of ${name}`).to.deep.equal([]);
      }
    },
  ),
  check(
    'closed',
    'row control close: a client that is closed is EBADF, and can be closed again (close(2))',
    async (bench) => {
      const device = await ready(bench);
      const control = await device.control();
      await done(bench, 'a close', control.close());
      await refused(bench, 'a query', 'EBADF', control.query());
      await done(bench, 'a second close', control.close());
    },
  ),
  check(
    'device-closed',
    `row control close: the device's close ends the tables (${main}, ib_uverbs_close)`,
    async (bench) => {
      const { uuid } = await bench.create();
      const device = await bench.host.open(uuid);
      const control = await device.control();
      await done(bench, 'a query', control.query());
      await done(bench, 'a close of the device', device.close());
      await refused(bench, 'a query afterwards', ['EBADF', 'EIO', 'ENODEV'], control.query());
      await control.close();
    },
  ),
  check(
    'again',
    `row control next open: clients come and go (${main}, ib_uverbs_open)`,
    async (bench) => {
      const device = await ready(bench);
      for (let turn = 0; turn < 10; turn++) {
        const controls = await Promise.all([device.control(), device.control()]);
        for (const control of controls) {
          await done(bench, `query ${turn}`, control.query());
          await done(bench, `close ${turn}`, control.close());
        }
      }
    },
  ),
];

interface Around {
  readonly bench: Parameters<typeof ready>[0];
  readonly device: Awaited<ReturnType<typeof ready>>;
}

function same(
  id: string,
  words: string,
  again: (control: Control, around: Around) => Promise<ObjectCatalogue>,
): ConformanceCheck {
  const title = `row uverbs §6.2 capability class: a device offers the same ${words} (own rule: it is asked once)`;
  return check(`query-${id}`, title, async (bench) => {
    const device = await ready(bench);
    await using control = await device.control();
    const before = offerOf(await done(bench, 'a query', control.query()));
    const after = await done(bench, 'a query', again(control, { bench, device }));
    expect(offerOf(after), words).to.deep.equal(before);
  });
}

/** What a device has, without what the client has of it. */
function offerOf({ driver, driverId, classes }: ObjectCatalogue): unknown {
  return {
    driver,
    driverId,
    classes: classes.map(({ name, id, kind, methods }) => ({ name, id, kind, methods })),
  };
}
