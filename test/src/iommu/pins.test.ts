import { MdevError, type ModelAccess, type PinnedRange } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcomeOf } from './byte-model.test-support.js';
import { contentOf } from './descriptors.test-support.js';
import { TestDevice } from './device.test-support.js';

const PAGE = 4096;
const IOVA = 0x10_0000;
const UNMAP = 'drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap';

/** A driver that holds memory of its client for writing, with what its handlers were told. */
class Pinner {
  readonly log: string[] = [];
  readonly access: ModelAccess;
  readonly range: PinnedRange;
  /** Kept, though only the range may be asked again. */
  readonly view: Uint8Array;

  constructor({ dma }: TestDevice, unpins: boolean) {
    this.access = dma.access({
      name: 'pinner',
      needsPin: true,
      unmap: (iova, length) => {
        this.log.push(`unmap ${iova}+${length}`);
        if (unpins) {
          // Still the client's memory.
          this.view.fill(5);
          this.range.unpin();
        }
      },
      onRevoked: (range) => {
        this.log.push(`revoked ${range.iova}`);
      },
    });
    this.range = this.access.pin(IOVA, 2 * PAGE, { write: true });
    this.view = this.range.views()[0]!;
  }
}

/** The reason why `run` fails. */
function reasonOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? error.reason : String(error);
  }
}

describe(`a driver that has pinned SharedMemory (${UNMAP})`, () => {
  it('unpins when its client unmaps; then the client has it back', async () => {
    using memory = SharedMemory.create(2 * PAGE);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: IOVA, memory });
    const { access, log, range } = new Pinner(device, true);
    expect(await device.client.dmaUnmap(IOVA, 2 * PAGE)).to.equal(2 * PAGE);
    expect(log).to.deep.equal([`unmap ${IOVA}+${2 * PAGE}`]);
    expect([range.isRevoked, access.pinCount]).to.deep.equal([false, 0]);
    expect(contentOf(memory.fd, 2 * PAGE)).to.deep.equal(new Uint8Array(2 * PAGE).fill(5));
  });

  it('memory that was disposed too early stays until the unpin, and is gone with it', async () => {
    using peer = SharedMemory.create(2 * PAGE);
    const memory = SharedMemory.from(peer.fd);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: IOVA, memory });
    const { range, view } = new Pinner(device, true);
    memory[Symbol.dispose]();
    view[0] = 1;
    expect([memory.size, contentOf(peer.fd, 1)[0]]).to.deep.equal([0, 1]);
    await device.client.dmaUnmap(IOVA, 2 * PAGE);
    expect(contentOf(peer.fd, 2 * PAGE)).to.deep.equal(new Uint8Array(2 * PAGE).fill(5));
    expect([view[0], reasonOf(() => memory.fd), range.isRevoked]).to.deep.equal([
      0,
      'linux.released',
      false,
    ]);
  });

  it('that does not unpin is asked 10 times and loses its pins: the unmap succeeds (type1v2)', async () => {
    using peer = SharedMemory.create(2 * PAGE);
    const memory = SharedMemory.from(peer.fd);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: IOVA, memory });
    const { access, log, range, view } = new Pinner(device, false);
    view.fill(3);
    expect(await device.client.dmaUnmap(IOVA, 2 * PAGE)).to.equal(2 * PAGE);
    const told = new Array<string>(10).fill(`unmap ${IOVA}+${2 * PAGE}`);
    expect(log).to.deep.equal([...told, `revoked ${IOVA}`]);
    expect([range.isRevoked, access.pinCount]).to.deep.equal([true, 0]);
    const into = new Uint8Array(1);
    const uses = [
      () => range.views(),
      () => range.read(0, into),
      () => range.write(0, into),
    ] as const;
    expect(uses.map(reasonOf)).to.deep.equal(new Array(3).fill('access.revoked'));
    memory[Symbol.dispose]();
    expect([reasonOf(() => memory.fd), view[0], view[PAGE]]).to.deep.equal([
      'linux.released',
      0,
      0,
    ]);
    view.fill(8);
    expect(contentOf(peer.fd, 2 * PAGE)).to.deep.equal(new Uint8Array(2 * PAGE).fill(3));
  });

  it('loses them when its client closes the device, and is told of that', async () => {
    using memory = SharedMemory.create(2 * PAGE);
    await using device = await TestDevice.open();
    await device.client.dmaMap({ iova: IOVA, memory });
    const { access, range } = new Pinner(device, true);
    await device.client.close();
    expect([access.pinCount, access.isClosed, range.isRevoked]).to.deep.equal([0, true, false]);
    expect(contentOf(memory.fd, 1)[0]).to.equal(5);
    expect(outcomeOf(() => device.dma.fill(IOVA, 1, 1))).to.equal('unattached');
  });
});
