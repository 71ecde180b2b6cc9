import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { contextNumber } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench, readEvent, readEvents } from '../bench.test-support.js';
import type { RawOptions } from '../raw-context.test-support.js';

/** `EINVAL cxlflash.context` and the like; `none` if nothing is thrown. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

describe('attach (drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_attach)', () => {
  const refused: readonly [row: string, what: string, options: RawOptions, answer: string][] = [
    ['cxlflash attach interrupts', 'five', { interrupts: 5 }, 'EINVAL cxlflash.interrupts'],
    [
      'cxlflash attach interrupts',
      '0x99 (capiflash)',
      { interrupts: 0x99 },
      'EINVAL cxlflash.interrupts',
    ],
    ['cxlflash attach access', 'neither read nor write', { flags: 0 }, 'EINVAL cxlflash.access'],
    ['cxlflash attach flags', 'unknown ones', { flags: 5 }, 'EINVAL cxlflash.access'],
    ['cxlflash attach disk', 'there is none', { lun: 2 }, 'ENODEV cxlflash.no-disk'],
    ['cxlflash attach pasid', '0', { pasid: 0 }, 'EINVAL cxlflash.pasid'],
    ['cxlflash attach pasid', 'more than 20 bits', { pasid: 1 << 20 }, 'EINVAL cxlflash.pasid'],
  ];
  for (const [row, what, options, answer] of refused) {
    it(`${row}: ${what}: nothing is left`, async () => {
      const bench = new Bench();
      expect(await refusal(() => bench.attach(options))).to.equal(answer);
      expect(bench.slice.used).to.equal(0);
      expect(bench.tables.mapCount).to.equal(0);
      expect(bench.parent.listenerCount).to.equal(0);
      await bench.end();
    });
  }

  it('cxlflash attach disk: one that was removed', async () => {
    const bench = new Bench();
    bench.parent.removeDisk(1);
    expect(await refusal(() => bench.attach({ lun: 1 }))).to.equal('ENODEV cxlflash.no-disk');
    await bench.end();
  });

  it('cxlflash attach full: as many contexts as the slice has, the lowest free number first (drivers/misc/cxl/context.c)', async () => {
    const bench = new Bench({ contexts: 4 });
    const all = [0, 1, 2, 3].map(() => bench.attach());
    expect(all.map(({ context }) => context.number)).to.deep.equal([0, 1, 2, 3]);
    expect(await refusal(() => bench.attach())).to.equal('ENOSPC cxlflash.no-contexts');
    const second = all[1]?.context;
    if (second !== undefined) {
      await bench.slice.end(second);
    }
    const next = bench.attach();
    expect(next.context.number).to.equal(1);
    await bench.end(next.context, ...all.map(({ context }) => context));
  });

  it('cxlflash attach beyond: a process element of 512 or more has no window', async () => {
    const bench = new Bench({ contexts: 1024 });
    const { client } = bench;
    const request = { client, lun: 0, flags: 1, interrupts: 0 };
    const all = Array.from({ length: 512 }, () => bench.slice.attach(request));
    expect(await refusal(() => bench.slice.attach(request))).to.equal(
      'EPERM cxlflash.process-element',
    );
    expect(bench.slice.used).to.equal(512);
    await bench.end(...all);
    expect(bench.slice.used).to.equal(0);
    expect(bench.tables.mapCount).to.equal(0);
  });

  it('cxlflash attach failed: nothing is left if the driver has no memory for its table, or no PASIDs', async () => {
    const bench = new Bench({ tableLimit: 1 });
    const first = bench.attach();
    expect(await refusal(() => bench.attach())).to.equal('ENOSPC dma.limit');
    bench.dma.withPasid = () => {
      throw new Error('no PASIDs');
    };
    expect(await refusal(() => bench.attach({ pasid: 5 }))).to.equal('Error: no PASIDs');
    expect([bench.slice.used, bench.tables.mapCount, bench.parent.listenerCount]).to.deep.equal([
      1, 1, 1,
    ]);
    await bench.slice.end(first.context);
    const next = bench.attach();
    expect(next.context.number).to.equal(0);
    await bench.end(first.context, next.context);
  });

  it('cxlflash attach cookie: number and nonce; all 64 bits count, and a number that is used again has another', async () => {
    const bench = new Bench();
    const { slice, client } = bench;
    const { context } = bench.attach();
    const { contextId } = context;
    expect(contextNumber(contextId)).to.equal(context.number);
    slice.check(context, contextId, client, 'use');
    for (const wrong of [contextId ^ 1n, contextId ^ (1n << 63n), contextId & 0xffff_ffffn]) {
      const call = (): void => {
        slice.check(context, wrong, client, 'use');
      };
      expect(await refusal(call)).to.equal('EINVAL cxlflash.context');
    }
    await slice.end(context);
    const next = bench.attach().context;
    expect(next.number).to.equal(context.number);
    expect(next.contextId).not.to.equal(contextId);
    await bench.end(context, next);
  });

  it('cxlflash attach client: another client has no such context, also if it knows the cookie', async () => {
    const bench = new Bench();
    const { context } = bench.attach();
    const call = (): void => {
      bench.slice.check(context, context.contextId, { id: 2 }, 'give-back');
    };
    expect(await refusal(call)).to.equal('EINVAL cxlflash.context');
    await bench.end(context);
  });

  it('cxlflash attach pasid: the commands of the context work in that address space', async () => {
    const bench = new Bench();
    const raw = bench.attach({ pasid: 77 }).bringUp();
    raw.open();
    raw.write(0);
    raw.submit(0);
    await settled();
    // The bench binds no PASID: nothing is mapped there.
    expect(raw.get('INTR_STATUS')).to.equal(8n);
    await bench.end(raw.context);
  });
});

describe('attach with reuse, detach (drivers/scsi/cxlflash/superpipe.c, _cxlflash_disk_detach)', () => {
  it('cxlflash reuse twice: a disk that the context has already', async () => {
    const bench = new Bench();
    const { context } = bench.attach();
    const [first, second] = bench.parent.disks;
    if (first !== undefined && second !== undefined) {
      expect(await refusal(() => context.attach(first))).to.equal('EINVAL cxlflash.attached');
      context.attach(second);
      expect(await refusal(() => context.attach(second))).to.equal('EINVAL cxlflash.attached');
    }
    await bench.end(context);
  });

  it('cxlflash detach disk: its handles go, those of the others stay', async () => {
    const bench = new Bench();
    const raw = bench.working();
    const [, second] = bench.parent.disks;
    expect(second).not.to.equal(undefined);
    raw.context.attach(bench.parent.disk(1));
    const handle = raw.open(1);
    expect(handle.handle).to.equal(1);
    expect((await raw.run({ res_hndl: 1 })).ioasc).to.equal(0);
    await bench.slice.detach(raw.context, 1);
    expect((await raw.run({ res_hndl: 1 })).rc.afu_rc).to.equal(0x05);
    expect((await raw.run({ res_hndl: 0 })).ioasc).to.equal(0);
    expect([handle.isLive, handle.wasTaken]).to.deep.equal([false, true]);
    expect(bench.parent.disk(1).mode).to.equal(0);
    expect(await refusal(() => bench.slice.detach(raw.context, 1))).to.equal(
      'EINVAL cxlflash.not-attached',
    );
    expect(raw.context.isLive).to.equal(true);
    await bench.end(raw.context);
  });

  it('cxlflash detach last: the context ends; its descriptor gives what it has, then EIO', async () => {
    const bench = new Bench();
    const raw = bench.working();
    await raw.run();
    await bench.slice.detach(raw.context, 0);
    expect(raw.context.isLive).to.equal(false);
    expect(raw.get('CMD_ROOM')).to.equal(0xffff_ffff_ffff_ffffn);
    expect(bench.slice.used).to.equal(0);
    expect(bench.parent.listenerCount).to.equal(0);
    expect(raw.context.events.poll()).to.equal(0x41);
    expect((await readEvent(raw.context)).body[2]).to.equal(2);
    expect(raw.context.events.poll()).to.equal(0x08);
    expect(await refusal(() => readEvent(raw.context))).to.match(/^EIO /);
    await bench.end(raw.context);
  });

  it('cxlflash detach twice: there is no such context any more', async () => {
    const bench = new Bench();
    const { context } = bench.attach();
    await bench.slice.detach(context, 0);
    const call = (): void => {
      bench.slice.check(context, context.contextId, bench.client, 'give-back');
    };
    expect(await refusal(call)).to.equal('EINVAL cxlflash.context');
    await bench.end(context);
  });

  it('cxlflash detach quiet: waits for commands under way; after the answer nothing of them reaches memory', async () => {
    const bench = new Bench();
    const raw = bench.working();
    await bench.store.memory.write(0, new Uint8Array(4096).fill(5));
    bench.store.isHeld = true;
    raw.write(0);
    raw.submit(0);
    await settled();
    let isAnswered = false;
    const detached = bench.slice.detach(raw.context, 0).then(() => {
      isAnswered = true;
    });
    await settled();
    expect(isAnswered).to.equal(false);
    const before = bench.memory.slice();
    bench.store.letGo();
    await detached;
    await settled();
    expect(Buffer.compare(bench.memory, before)).to.equal(0);
    expect((await readEvents(raw.context)).length).to.equal(0);
    expect(bench.clock.pendingCount).to.equal(0);
    await bench.end(raw.context);
  });

  it('cxlflash detach number, cxlflash detach bound: EBUSY after a bounded time, and the number is not used before it is quiet', async () => {
    const bench = new Bench({ contexts: 2 });
    const raw = bench.working();
    bench.store.isHeld = true;
    raw.write(0);
    raw.submit(0);
    await settled();
    const detached = refusal(() => bench.slice.detach(raw.context, 0));
    bench.clock.advance(100);
    expect(await detached).to.equal('EBUSY cxlflash.not-quiet');
    // Nor does the time of the command run any more.
    expect(bench.clock.pendingCount).to.equal(0);
    const next = bench.attach();
    expect(next.context.number).to.equal(1);
    expect(await refusal(() => bench.attach())).to.equal('ENOSPC cxlflash.no-contexts');
    expect(bench.tables.mapCount).to.equal(2);
    bench.store.letGo();
    await settled();
    const last = bench.attach();
    expect(last.context.number).to.equal(0);
    await bench.end(raw.context, next.context, last.context);
  });

  it('cxlflash close: everything that a context has goes with it, a thousand times (capiflash, max contexts)', async () => {
    const bench = new Bench();
    for (let i = 0; i < 1000; i++) {
      const context = bench.slice.attach({ client: bench.client, lun: 0, flags: 3, interrupts: 1 });
      context.open(bench.parent.disk(0));
      await bench.slice.end(context);
      await context.events.free();
    }
    expect(bench.slice.used).to.equal(0);
    expect(bench.tables.mapCount).to.equal(0);
    expect(bench.parent.disk(0).mode).to.equal(0);
    expect(bench.parent.listenerCount).to.equal(0);
    await bench.end();
  });
});
