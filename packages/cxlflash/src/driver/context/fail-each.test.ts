import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../../settled.test-support.js';
import { Bench } from '../bench.test-support.js';
import { failEach, type Steps } from '../fail-each.test-support.js';
import type { FlashContext, Resource } from './index.js';

/** A bench whose tables, clock, parent and PASIDs fail where the steps say so. */
function failing(steps: Steps): Bench {
  const bench = new Bench({ tableStep: steps.at });
  const { clock, parent, dma } = bench;
  const schedule = clock.schedule.bind(clock);
  clock.schedule = (delay, callback) => {
    steps.at('clock.schedule');
    return schedule(delay, callback);
  };
  const disk = parent.disk.bind(parent);
  parent.disk = (lun) => {
    steps.at('parent.disk');
    return disk(lun);
  };
  const nextNonce = parent.nextNonce.bind(parent);
  parent.nextNonce = () => {
    steps.at('parent.nonce');
    return nextNonce();
  };
  const listen = parent.listen.bind(parent);
  parent.listen = (listener) => {
    steps.at('parent.listen');
    listen(listener);
  };
  const withPasid = dma.withPasid.bind(dma);
  dma.withPasid = (pasid) => {
    steps.at('dma.pasid');
    return withPasid(pasid);
  };
  return bench;
}

/** Contexts, tables, listeners, handles and timers that there are. */
function left({ slice, tables, parent, clock }: Bench): readonly number[] {
  const users = parent.disks.reduce((sum, disk) => sum + disk.users, 0);
  return [slice.used, tables.mapCount, parent.listenerCount, users, clock.pendingCount];
}

const NOTHING = [0, 0, 0, 0, 0];
const WITH_HANDLES = [1, 1, 1, 3, 0];

/** A context with two disks, two handles of one and one of the other. */
function furnished(bench: Bench): { context: FlashContext; resource: Resource } {
  const { context } = bench.attach();
  context.attach(bench.parent.disk(1));
  context.open(bench.parent.disk(0));
  context.open(bench.parent.disk(0));
  return { context, resource: context.open(bench.parent.disk(1)) };
}

describe('contexts and handles: every step fails once (tools/testing/selftests/iommu/iommufd_fail_nth.c)', () => {
  it('cxlflash attach failed: a context that could not be finished left its table and its events (superpipe.c, err)', async () => {
    const reached = await failEach((steps) => {
      const bench = failing(steps);
      const { slice, client } = bench;
      const made: FlashContext[] = [];
      const attach = (): void => {
        made.push(slice.attach({ client, lun: 0, flags: 3, interrupts: 1, pasid: 7 }));
      };
      return {
        operate: attach,
        after: async (isRefused) => {
          expect(left(bench)).to.deep.equal(isRefused ? NOTHING : [1, 1, 1, 0, 0]);
          attach();
          expect(made.at(-1)?.number).to.equal(isRefused ? 0 : 1);
          await bench.end(...made);
          expect(left(bench)).to.deep.equal(NOTHING);
        },
      };
    });
    expect(reached).to.deep.equal([
      'parent.disk',
      'parent.nonce',
      'dma.pasid',
      'map.place',
      'map.insert',
      'parent.listen',
    ]);
  });

  it('cxlflash direct failed: a handle that could not be made leaves entry and use of the disk as they were (superpipe.c, err1)', async () => {
    const reached = await failEach((steps) => {
      const bench = failing(steps);
      const { context } = furnished(bench);
      const disk = bench.parent.disk(1);
      const claim = disk.claim.bind(disk);
      disk.claim = (mode) => {
        steps.at('disk.claim');
        claim(mode);
      };
      return {
        operate: () => context.open(bench.slice.disk(1)),
        after: async (isRefused) => {
          expect(left(bench)).to.deep.equal([1, 1, 1, isRefused ? 3 : 4, 0]);
          expect(context.open(disk).handle).to.equal(isRefused ? 3 : 4);
          await bench.end(context);
          expect(left(bench)).to.deep.equal(NOTHING);
        },
      };
    });
    expect(reached).to.deep.equal(['parent.disk', 'disk.claim']);
  });

  it('cxlflash release failed: without a timer a release did not end; the entry is free again all the same (own rule)', async () => {
    const reached = await failEach((steps) => {
      const bench = failing(steps);
      const { context, resource } = furnished(bench);
      return {
        operate: () => context.release(resource),
        after: async (isRefused) => {
          await settled();
          expect(isRefused).to.equal(false);
          expect(left(bench)).to.deep.equal([1, 1, 1, 2, 0]);
          expect(context.open(bench.parent.disk(1)).handle).to.equal(resource.handle);
          await bench.end(context);
        },
      };
    });
    expect(reached).to.deep.equal(['clock.schedule']);
  });

  it('cxlflash detach failed: what cannot wait says EBUSY, and the disk has gone with its handles (own rule)', async () => {
    const reached = await failEach((steps) => {
      const bench = failing(steps);
      const { context } = furnished(bench);
      expect(left(bench)).to.deep.equal(WITH_HANDLES);
      return {
        operate: () => bench.slice.detach(context, 0),
        after: async () => {
          await settled();
          expect(left(bench)).to.deep.equal([1, 1, 1, 1, 0]);
          expect(context.isLive).to.equal(true);
          expect(() => context.open(bench.parent.disk(0))).to.throw('disk');
          await bench.end(context);
          expect(left(bench)).to.deep.equal(NOTHING);
        },
      };
    });
    expect(reached).to.deep.equal(['clock.schedule', 'clock.schedule']);
  });

  for (const how of ['close', 'detach of the last disk'] as const) {
    it(`cxlflash close failed: ${how}: without a timer a number was lost for ever, and so was whoever waited (superpipe.c, cxlflash_cxl_release)`, async () => {
      const reached = await failEach(async (steps) => {
        const bench = failing(steps);
        const { context } = furnished(bench);
        await bench.slice.detach(context, 1);
        return {
          operate: () =>
            how === 'close' ? bench.slice.end(context) : bench.slice.detach(context, 0),
          after: async () => {
            await settled();
            const failed = steps.reached.at(-1) ?? '';
            // A table that cannot be unmapped costs its number, and nothing else.
            const isStuck = failed.startsWith('unmap.');
            const isMapped = bench.tables.mapCount > 0;
            expect(left(bench)).to.deep.equal([isMapped ? 1 : 0, isMapped ? 1 : 0, 0, 0, 0]);
            expect(isMapped && !isStuck).to.equal(false);
            const next = bench.attach();
            expect(next.context.number).to.equal(isMapped ? 1 : 0);
            await bench.end(context, next.context);
          },
        };
      });
      expect(reached).to.deep.equal(['clock.schedule', 'unmap.area', 'unmap.remove']);
    });
  }
});
