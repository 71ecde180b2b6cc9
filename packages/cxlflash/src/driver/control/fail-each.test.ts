import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ContextClass, ResourceClass } from '../../abi/index.js';
import { failEach, type Steps } from '../fail-each.test-support.js';
import type { HeldStore } from '../held-store.test-support.js';
import { Fixture } from './fixture.test-support.js';

/** Has a store and the parent fail where the steps say so. */
function arm({ stores, flash }: Fixture, steps: Steps): void {
  for (const store of stores) {
    watchSize(store, steps);
  }
  const disk = flash.disk.bind(flash);
  flash.disk = (lun) => {
    steps.at('parent.disk');
    return disk(lun);
  };
}

function watchSize(store: HeldStore, steps: Steps): void {
  Object.defineProperty(store, 'blocks', {
    get: () => {
      steps.at('store.blocks');
      return store.memory.blocks;
    },
  });
}

async function handles({ control }: Fixture): Promise<readonly number[]> {
  const contexts = await control.handles(ContextClass);
  const resources = await control.handles(ResourceClass);
  return [contexts.length, resources.length];
}

describe('the control plane of the AFU: every step fails once (tools/testing/selftests/iommu/iommufd_fail_nth.c)', () => {
  it('cxlflash attach failed: a context was left, without an object, if its disk could not tell its size (superpipe.c, err)', async () => {
    const reached = await failEach(async (steps) => {
      const fixture = await Fixture.make();
      arm(fixture, steps);
      return {
        operate: () => fixture.attach(),
        after: async (isRefused) => {
          const count = isRefused ? 0 : 1;
          expect(fixture.flash.listenerCount).to.equal(count);
          expect(await handles(fixture)).to.deep.equal([count, 0]);
          expect((await fixture.attach()).mmioOffset).to.equal(BigInt(count * 65_536));
          await fixture[Symbol.asyncDispose]();
          expect(fixture.flash.listenerCount).to.equal(0);
        },
      };
    });
    expect(reached).to.deep.equal(['parent.disk', 'parent.disk', 'store.blocks']);
  });

  it('cxlflash reuse failed: the disk was attached although the client was refused (superpipe.c, err)', async () => {
    const reached = await failEach(async (steps) => {
      const fixture = await Fixture.make();
      const { handle, contextId } = await fixture.attach();
      arm(fixture, steps);
      const reuse = (): Promise<unknown> =>
        fixture.control.call(ContextClass, 'attachReuse', { handle, contextId, lun: 1 });
      return {
        operate: reuse,
        after: async (isRefused) => {
          // What was refused leaves nothing that the next one meets.
          if (isRefused) {
            await reuse();
          }
          await fixture[Symbol.asyncDispose]();
        },
      };
    });
    expect(reached).to.deep.equal(['parent.disk', 'store.blocks']);
  });

  it('cxlflash direct failed: a handle was left, without an object, if its disk could not tell its size (superpipe.c, err)', async () => {
    const reached = await failEach(async (steps) => {
      const fixture = await Fixture.make();
      const context = await fixture.attach();
      arm(fixture, steps);
      return {
        operate: () => fixture.direct(context),
        after: async (isRefused) => {
          const count = isRefused ? 0 : 1;
          expect(fixture.flash.disks[0]?.users).to.equal(count);
          expect(await handles(fixture)).to.deep.equal([1, count]);
          expect((await fixture.direct(context)).rsrcHandle).to.equal(count);
          await fixture[Symbol.asyncDispose]();
          expect(fixture.flash.disks[0]?.users).to.equal(0);
        },
      };
    });
    expect(reached).to.deep.equal(['parent.disk', 'store.blocks']);
  });

  const ends = ['detach', 'release', 'close'] as const;
  for (const end of ends) {
    it(`cxlflash close failed: ${end}: nothing that fails keeps a context, a handle or a disk (superpipe.c, cxlflash_cxl_release)`, async () => {
      await failEach(async (steps) => {
        const fixture = await Fixture.make();
        const context = await fixture.attach();
        const { handle } = await fixture.direct(context);
        arm(fixture, steps);
        const { clock, control } = fixture;
        const schedule = clock.schedule.bind(clock);
        clock.schedule = (delay, callback) => {
          steps.at('clock.schedule');
          return schedule(delay, callback);
        };
        return {
          operate: () => {
            if (end === 'release') {
              return control.call(ResourceClass, 'release', { handle });
            }
            const { contextId } = context;
            return end === 'close'
              ? context.handle.close()
              : control.call(ContextClass, 'detach', { handle: context.handle, contextId, lun: 0 });
          },
          after: async () => {
            expect(steps.reached).to.not.be.empty;
            expect(fixture.flash.disks[0]?.users).to.equal(0);
            expect(fixture.flash.listenerCount).to.equal(end === 'release' ? 1 : 0);
            await fixture[Symbol.asyncDispose]();
            expect(clock.pendingCount).to.equal(0);
          },
        };
      });
    });
  }
});
