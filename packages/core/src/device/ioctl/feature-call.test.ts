import {
  VFIO_DEVICE_FEATURE,
  VFIO_DEVICE_FEATURE_GET as GET,
  VFIO_DEVICE_FEATURE_MIG_DATA_SIZE as DATA_SIZE,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE as STATE,
  VFIO_DEVICE_FEATURE_MIGRATION as MIGRATION,
  VFIO_DEVICE_FEATURE_PROBE as PROBE,
  VFIO_DEVICE_FEATURE_SET as SET,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { makeEndpoint } from '../endpoint.test-support.js';
import { FakeMigration, STATES } from '../migration/migration.test-support.js';
import { argument, call, TestDescriptors } from './ioctl.test-support.js';

const OWN = 1000;
const own = {
  id: OWN,
  name: 'own',
  payloadSize: 8,
  get: () => Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  set: () => undefined,
};

describe('FEATURE, every argsz (vfio_main.c, vfio_ioctl_device_feature)', () => {
  for (const [method, flags] of [
    ['GET', OWN | GET],
    ['SET', OWN | SET],
    ['PROBE', OWN | PROBE | GET | SET],
  ] as const) {
    for (let argsz = 0; argsz <= 16 + 8; argsz++) {
      const short = argsz < 8 ? 'EINVAL ioctl.argsz' : 'EINVAL feature.payload';
      const expected = argsz < 8 || (argsz < 16 && method !== 'PROBE') ? short : 0;
      it(`${method}, argsz ${argsz}: ${expected}, and no byte beyond it is written`, async () => {
        await using bench = makeEndpoint({ features: [own] });
        await bench.open();
        const arg = argument(argsz, [flags]);
        const before = arg.bytes.slice();
        expect(await call(bench, VFIO_DEVICE_FEATURE, arg.bytes)).to.equal(expected);
        expect(arg.broken()).to.equal(false);
        if (method === 'GET' && expected === 0) {
          before.set(own.get(), 8);
        }
        expect(arg.bytes, 'only the payload of a GET').to.deep.equal(before);
      });
    }
  }
});

describe('the features of migration in binary (vfio_main.c, vfio_ioctl_device_feature_mig_*)', () => {
  const get = async (migration: FakeMigration, id: number, size: number): Promise<bigint> => {
    await using bench = makeEndpoint({ migration });
    await bench.open();
    const arg = argument(8 + size, [id | GET, 0, 0]);
    expect(await call(bench, VFIO_DEVICE_FEATURE, arg.bytes)).to.equal(0);
    return arg.view.getBigUint64(8, true);
  };

  it('MIGRATION gives the abilities', async () => {
    expect(await get(new FakeMigration(true, true), MIGRATION, 8)).to.equal(7n);
    expect(await get(new FakeMigration(false, false), MIGRATION, 8)).to.equal(1n);
  });

  it('MIG_DATA_SIZE gives the estimate of the model', async () => {
    const migration = new FakeMigration();
    migration.size = 2 ** 33;
    expect(await get(migration, DATA_SIZE, 8)).to.equal(2n ** 33n);
  });

  it('MIG_DEVICE_STATE gives the state, and -1 as data_fd', async () => {
    expect(await get(new FakeMigration(), STATE, 8)).to.equal(0xffff_ffff_0000_0002n);
  });

  for (const wrong of [-1, 0.5, NaN]) {
    it(`MIG_DATA_SIZE of a model that says ${wrong} is EIO`, async () => {
      const migration = new FakeMigration();
      migration.size = wrong;
      await using bench = makeEndpoint({ migration });
      await bench.open();
      const { bytes } = argument(16, [DATA_SIZE | GET, 0, 0]);
      expect(await call(bench, VFIO_DEVICE_FEATURE, bytes)).to.equal('EIO model.payload');
    });
  }
});

describe('setting MIG_DEVICE_STATE (vfio_main.c, vfio_ioctl_device_feature_mig_device_state)', () => {
  it('feature data_fd: returns a descriptor of the new session, and -1 without one', async () => {
    await using bench = makeEndpoint({ migration: new FakeMigration() });
    await bench.open();
    const descriptors = new TestDescriptors();
    const set = async (state: number): Promise<number> => {
      const arg = argument(16, [STATE | SET, state, 77]);
      expect(await call(bench, VFIO_DEVICE_FEATURE, arg.bytes, descriptors)).to.equal(0);
      expect(arg.view.getUint32(8, true)).to.equal(state);
      expect(arg.broken()).to.equal(false);
      return arg.view.getInt32(12, true);
    };
    expect(await set(STATES.PRE_COPY)).to.equal(101);
    expect(await set(STATES.STOP_COPY), 'the same session goes on').to.equal(-1);
    expect(await set(STATES.RESUMING)).to.equal(102);
    expect(await set(STATES.RUNNING)).to.equal(-1);
    expect(descriptors.installed).to.have.length(2);
  });

  it('that fails answers data_fd -1, and the errno', async () => {
    await using bench = makeEndpoint({ migration: new FakeMigration() });
    await bench.open();
    const arg = argument(16, [STATE | SET, STATES.ERROR, 77]);
    expect(await call(bench, VFIO_DEVICE_FEATURE, arg.bytes)).to.equal('EINVAL migration.arc');
    expect(arg.view.getInt32(12, true)).to.equal(-1);
  });

  it('without a free descriptor fails with data_fd -1', async () => {
    await using bench = makeEndpoint({ migration: new FakeMigration() });
    await bench.open();
    const descriptors = Object.assign(new TestDescriptors(), { full: true });
    const arg = argument(16, [STATE | SET, STATES.PRE_COPY, 77]);
    expect(await call(bench, VFIO_DEVICE_FEATURE, arg.bytes, descriptors)).to.equal(
      'EIO model.threw',
    );
    expect(arg.view.getInt32(12, true)).to.equal(-1);
  });

  for (const [what, flags, argsz, expected] of [
    ['bug: GET and SET together', STATE | GET | SET, 16, 'EINVAL feature.flags'],
    ['an unknown flag', STATE | SET | (1 << 20), 16, 'EINVAL feature.flags'],
    ['a short payload', STATE | SET, 15, 'EINVAL feature.payload'],
    ['PROBE', STATE | SET | PROBE, 8, 0],
    ['PROBE of both', STATE | SET | GET | PROBE, 8, 0],
  ] as const) {
    it(`${what} is ${expected}, and the device stays where it is`, async () => {
      const migration = new FakeMigration();
      await using bench = makeEndpoint({ migration });
      await bench.open();
      const { bytes } = argument(argsz, [flags, STATES.STOP, 0]);
      expect(await call(bench, VFIO_DEVICE_FEATURE, bytes)).to.equal(expected);
      expect(migration.calls).to.deep.equal([]);
    });
  }

  it('of a device that cannot be migrated is ENOTTY', async () => {
    await using bench = makeEndpoint();
    await bench.open();
    const { bytes } = argument(16, [STATE | SET, STATES.STOP, 0]);
    expect(await call(bench, VFIO_DEVICE_FEATURE, bytes)).to.equal('ENOTTY feature.unknown');
  });
});
