import {
  defineDriver,
  ManualClock,
  MdevHost,
  read32,
  registerLayout,
  registerRegion,
} from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { FaultInjector } from './fault-injector.js';
import { failNth } from './fail-nth.js';

const registers = registerLayout('pair', 0x8, [{ name: 'GO', offset: 0, width: 4, access: 'rw' }]);

/** What the model of the pair driver does with its memory: two reads, of which it may catch the second. */
type Work = (read: () => void) => void;

async function openAndWork(injector: FaultInjector, work: Work): Promise<void> {
  const driver = defineDriver({
    name: 'pair',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'pair0', capacity: 1 }],
    model: ({ dma }) => ({
      deviceApi: 'vfio-platform',
      regions: [
        registerRegion(
          'registers',
          registers.instantiate({
            GO: {
              read: () => {
                work(() => {
                  dma.read(0, new Uint8Array(1));
                });
                return 1;
              },
            },
          }),
        ),
      ],
      irqs: [],
      reset: () => undefined,
    }),
  });
  await using host = new MdevHost({ clock: new ManualClock(), interposers: [injector] });
  await host.load(driver);
  const { uuid } = await host.create({ parent: 'pair0', type: 'pair-one' });
  await using device = await host.open(uuid);
  await device.dmaMap({ iova: 0, memory: new Uint8Array(4096) });
  await read32(device, 0, 0);
}

const twice: Work = (read) => {
  read();
  read();
};

describe('failNth (Linux tools/testing/selftests/iommu/iommufd_fail_nth.c)', () => {
  it('fails each call of a point once, and answers how many there were', async () => {
    const seen: number[] = [];
    const failed = await failNth(
      { at: 'dma.read', errno: 'ENOMEM', check: ({ injected }) => void seen.push(injected) },
      (injector) => openAndWork(injector, twice),
    );
    expect([failed, seen]).to.deep.equal([2, [0, 1, 1, 0]]);
  });

  it('at any walks over the whole life of an mdev', async () => {
    const points = new Set<string>();
    const check = ({ log }: FaultInjector): void => {
      log.forEach(({ at }) => points.add(at));
    };
    const failed = await failNth({ at: 'any', errno: 'ENOMEM', check }, (injector) =>
      openAndWork(injector, twice),
    );
    expect(failed).to.be.greaterThan(8);
    expect([...points]).to.include.members([
      'client.open',
      'model.reset',
      'dma.read',
      'client.read',
    ]);
  });

  for (const [what, options, work, text] of [
    [
      'what a model breaks because of a fault',
      { at: 'dma.read' },
      (read) => {
        read();
        try {
          read();
        } catch {
          throw new TypeError('no byte');
        }
      },
      'with rule 0: fail errno=EIO at dma.read 2 of pair-one#1: MdevError: EIO model.threw',
    ],
    [
      'a run that fails without a fault',
      { at: 'dma.read' },
      () => {
        throw new RangeError('always');
      },
      'without a fault: MdevError: EIO model.threw',
    ],
  ] as const satisfies readonly (readonly [string, object, Work, string])[]) {
    it(`tells of ${what}, with the call that failed`, async () => {
      const check = async (): Promise<void> => Promise.resolve();
      const run = async (injector: FaultInjector): Promise<void> => {
        try {
          await openAndWork(injector, work);
        } catch (error) {
          // This caller does not take the failure of a model for an answer.
          throw String(error).includes('model.threw') ? new Error(String(error)) : error;
        }
      };
      const error: unknown = await failNth({ ...options, check }, run).catch(
        (reason: unknown) => reason,
      );
      expect(String(error)).to.include(text);
    });
  }

  it('tells of a check that fails, with the call and its cause', async () => {
    const broken = new Error('something is left');
    const check = ({ injected }: FaultInjector): void => {
      if (injected > 0) {
        throw broken;
      }
    };
    const error: unknown = await failNth({ at: 'client.read', check }, (injector) =>
      openAndWork(injector, twice),
    ).catch((reason: unknown) => reason);
    expect(error)
      .to.be.an('error')
      .with.property(
        'message',
        'fail-nth, with rule 0: fail errno=EIO at client.read 1 of pair-one#1: something is left',
      );
    expect(error).to.have.property('cause', broken);
  });

  it('ends when a run has ever more calls', async () => {
    const answer = failNth({ at: 'model.open', limit: 1 }, (injector) =>
      openAndWork(injector, twice),
    );
    expect(await settled(answer.catch((error: unknown) => String(error)))).to.include('1 runs');
  });
});
