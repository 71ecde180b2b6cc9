import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../../clock/index.js';
import { ModelGuard } from '../../device/model-guard.js';
import { outcome } from '../../errors/outcome.test-support.js';
import { silentLogger } from '../../log/index.js';
import { implement } from '../implement/index.js';
import { ObjectSchema } from '../schema/index.js';
import { Pond, Tool } from '../together/zoo-classes.test-support.js';
import { ObjectPlane } from './object-plane.js';

function broken(): never {
  throw new Error('a driver that cannot say');
}

function planeOf(schema: ObjectSchema, requireOpen: () => void = () => undefined): ObjectPlane {
  const guard = new ModelGuard(new ManualClock(), silentLogger, 1000);
  return new ObjectPlane({ schema, guard, logger: silentLogger, requireOpen });
}

describe('ObjectPlane (Linux drivers/infiniband/core/uverbs_main.c, struct ib_uverbs_device)', () => {
  const schema = ObjectSchema.build('zoo', [Pond]);

  it('control attach: an implementation of a class that the driver has not declared is refused at once', () => {
    const plane = planeOf(schema);
    const tool = implement(Tool).withState({});
    expect(outcome(() => plane.attach([tool]))).to.equal('EINVAL schema.not-declared');
    expect(() => plane.attach([{} as typeof tool])).to.throw(TypeError);
  });

  it('control attach: what the device supports is asked when the first client comes, once', async () => {
    let asked = 0;
    const plane = planeOf(schema);
    plane.attach([
      implement(Pond).withState(
        { create: () => ({ state: 1 }) },
        { supported: () => (asked += 1) > 0 },
      ),
    ]);
    expect(asked).to.equal(0);
    const files = [plane.open(), plane.open()];
    expect(asked).to.equal(1);
    expect(files.map(({ id }) => id)).to.deep.equal([1, 2]);
    expect(plane.clients).to.equal(2);
    await Promise.all(files.map((file) => file.close()));
    expect(plane.clients).to.equal(0);
  });

  it('control attach: what a driver throws when it is asked what it supports is EIO, and no client is there', async () => {
    for (const life of [
      { supported: broken, supports: () => true },
      { supported: () => true, supports: broken },
    ]) {
      const plane = planeOf(schema);
      const make = { create: () => ({ state: 1 }) };
      plane.attach([implement(Pond).withState(make, life)]);
      expect(outcome(() => plane.open())).to.equal('EIO model.threw');
      expect(plane.clients).to.equal(0);
      life.supported = () => true;
      life.supports = () => true;
      await plane.open().close();
    }
  });

  it('control attach: a device that implements nothing has the classes of the core', async () => {
    const plane = planeOf(ObjectSchema.build(undefined, []));
    expect([plane.driverId, plane.driverName]).to.deep.equal([0, undefined]);
    plane.report({ kind: 'error', message: 'nobody hears it' });
    const file = plane.open();
    await plane.disassociate();
    await plane.disassociate();
    await file.close();
  });
});
