import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { MemoryStore } from '../store/index.js';
import { FlashParent, type ParentListener } from './index.js';

async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

function listener(contextId: bigint, log: string[]): ParentListener {
  const write = (what: string): void => {
    log.push(`${contextId} ${what}`);
  };
  return {
    contextId,
    diskResized: ({ index, lastLba }) => {
      write(`disk ${index} to ${lastLba}`);
    },
    diskRemoved: ({ index }) => {
      write(`disk ${index} gone`);
    },
    portChanged: (port, up) => {
      write(`port ${port} ${String(up)}`);
    },
    fail: () => {
      write('failed');
    },
  };
}

describe('the parent: disks and ports (drivers/scsi/cxlflash/main.c)', () => {
  it('cxlflash parent shape: 1 to 4 ports, stores that can be, names of 16 bytes', () => {
    const store = new MemoryStore({ blocks: 4 });
    const nothing = (): void => undefined;
    for (const options of [
      { disks: [], ports: 0 },
      { disks: [], ports: 5 },
      { disks: [], ports: 1.5 },
      { disks: [{ store, wwid: new Uint8Array(8) }] },
      {
        disks: [{ store: { blocks: 0, blockSize: 4096, read: nothing, write: nothing } }],
      },
    ]) {
      expect(() => new FlashParent(options)).to.throw(RangeError);
    }
  });

  it('cxlflash parent port: one that there is not', async () => {
    using parent = new FlashParent({ disks: [], ports: 2 });
    for (const port of [-1, 2, 0.5]) {
      expect(
        await refusal(() => {
          parent.setPortLink(port, true);
        }),
      ).to.equal('EINVAL cxlflash.port');
    }
    expect(parent.ports.nameOf(0)).not.to.equal(parent.ports.nameOf(1));
  });

  it('cxlflash parent disk: ENODEV for one that there is not, or not any more', async () => {
    using parent = new FlashParent({ disks: [{ store: new MemoryStore({ blocks: 4 }) }] });
    expect(await refusal(() => parent.disk(1))).to.equal('ENODEV cxlflash.no-disk');
    parent.removeDisk(0);
    expect(await refusal(() => parent.disk(0))).to.equal('ENODEV cxlflash.no-disk');
    expect(
      await refusal(() => {
        parent.removeDisk(0);
      }),
    ).to.equal('ENODEV cxlflash.no-disk');
    expect(await refusal(() => parent.resizeDisk(0, 3))).to.equal('ENODEV cxlflash.no-disk');
  });

  it('cxlflash parent resize: a store of a fixed size, and one that tells of itself, once', async () => {
    const fixed = { blocks: 4, blockSize: 512, read: () => undefined, write: () => undefined };
    const store = new MemoryStore({ blocks: 4 });
    using parent = new FlashParent({ disks: [{ store: fixed }, { store }] });
    const log: string[] = [];
    const one = listener(1n, log);
    parent.listen(one);
    expect(await refusal(() => parent.resizeDisk(0, 8))).to.equal('EOPNOTSUPP cxlflash.no-resize');
    await parent.resizeDisk(1, 8);
    store.resize(16);
    expect(log).to.deep.equal(['1 disk 1 to 7', '1 disk 1 to 15']);
    parent.unlisten(one);
    store.resize(32);
    expect(log.length).to.equal(2);
  });

  it('cxlflash parent nonce: never 0, and never the one before', () => {
    using parent = new FlashParent({ disks: [] });
    expect([parent.nextNonce(), parent.nextNonce()]).to.deep.equal([1, 2]);
  });

  it('cxlflash parent fail: the context of that cookie and no other', async () => {
    using parent = new FlashParent({ disks: [] });
    const log: string[] = [];
    parent.listen(listener(1n, log));
    parent.listen(listener(2n, log));
    parent.failContext(2n);
    expect(log).to.deep.equal(['2 failed']);
    expect(
      await refusal(() => {
        parent.failContext(3n);
      }),
    ).to.equal('EINVAL cxlflash.context');
  });
});
