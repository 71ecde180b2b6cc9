import { expect } from 'chai';
import { describe, it } from 'mocha';
import { EventFd } from '@mdevkit/linux';
import { VFIO_USER_DEVICE_GET_REGION_IO_FDS } from '@mdevkit/uapi';
import { fields } from '../raw-client.test-support.js';
import {
  Courier,
  openDescriptors,
  openSession,
  until,
  REGION,
  type Answer,
  type SessionBench,
} from './session.test-support.js';

const MATCH = 0x1122_3344_5566_7788n;
const ENTRIES = 3;

function request(index: number, argsz: number, flags = 0, count = 0): Uint8Array {
  return fields(argsz, flags, index, count);
}

function ask(bench: SessionBench, index: number, argsz: number): Promise<Answer> {
  return bench.ask(VFIO_USER_DEVICE_GET_REGION_IO_FDS, request(index, argsz));
}

describe('DEVICE_GET_REGION_IO_FDS (vfio-user specification, VFIO_USER_DEVICE_GET_REGION_IO_FDS)', () => {
  it('io fds: an entry of 40 bytes and a descriptor for each doorbell; datamatch where one is meant', async () => {
    await using bench = await openSession();
    const { payload, descriptors } = await ask(bench, REGION.BELLS, 4096);
    expect(payload).to.deep.equal(
      fields(
        ...[16 + ENTRIES * 40, 0, REGION.BELLS, ENTRIES],
        ...[0x10n, 4n, 0, 0, 0, 0, 0n],
        ...[0x18n, 8n, 1, 0, 1, 0, MATCH],
        ...[0x20n, 2n, 2, 0, 1, 0, 0n],
      ),
    );
    expect(new Set(descriptors).size).to.equal(ENTRIES);
  });

  it('io fds shadow: entries of 48 bytes for clients of libvfio-user, on request (its include/vfio-user.h)', async () => {
    await using bench = await openSession({ table: { ioFdEntryBytes: 48 } });
    const { payload } = await ask(bench, REGION.BELLS, 16 + ENTRIES * 48);
    expect(payload).to.deep.equal(
      fields(
        ...[16 + ENTRIES * 48, 0, REGION.BELLS, ENTRIES],
        ...[0x10n, 4n, 0, 0, 0, 0xffff_ffff, 0n, 0n],
        ...[0x18n, 8n, 1, 0, 1, 0xffff_ffff, 0n, MATCH],
        ...[0x20n, 2n, 2, 0, 1, 0xffff_ffff, 0n, 0n],
      ),
    );
  });

  it('io fds argsz: too little room gives the header with what is needed, and no descriptors', async () => {
    await using bench = await openSession();
    const needed = 16 + ENTRIES * 40;
    for (const argsz of [16, needed - 1]) {
      const { payload, descriptors } = await ask(bench, REGION.BELLS, argsz);
      expect(payload).to.deep.equal(fields(needed, 0, REGION.BELLS, 0));
      expect(descriptors).to.deep.equal([]);
    }
    expect((await ask(bench, REGION.BELLS, needed)).descriptors.length).to.equal(ENTRIES);
  });

  it('io fds limit: no more descriptors than the client takes with one message (max_msg_fds)', async () => {
    await using bench = await openSession({ capabilities: { maxMsgFds: 2 } });
    const { payload, descriptors } = await ask(bench, REGION.BELLS, 4096);
    expect(descriptors.length).to.equal(2);
    expect(payload.length).to.equal(16 + 2 * 40);
  });

  it('io fds none: a region without doorbells has no entries', async () => {
    await using bench = await openSession();
    const { payload, descriptors } = await ask(bench, REGION.WHOLE, 4096);
    expect(payload).to.deep.equal(fields(16, 0, REGION.WHOLE, 0));
    expect(descriptors).to.deep.equal([]);
  });

  it('io fds refused: argsz, flags, count, index, a region without flags (libvfio-user test_device_get_region_io_fds)', async () => {
    await using bench = await openSession();
    const rows: readonly (readonly [Uint8Array, string])[] = [
      [request(REGION.BELLS, 15), 'EINVAL vfio-user.argsz'],
      [request(REGION.BELLS, 2 ** 20 + 1), 'EINVAL vfio-user.argsz'],
      [request(REGION.BELLS, 4096, 1), 'EINVAL vfio-user.fields'],
      [request(REGION.BELLS, 4096, 0, 1), 'EINVAL vfio-user.fields'],
      [request(99, 4096), 'EINVAL region.index'],
      [request(REGION.EMPTY, 4096), 'EINVAL vfio-user.no-io-region'],
      [request(REGION.BELLS, 4096).subarray(0, 15), 'EINVAL vfio-user.payload'],
    ];
    const before = openDescriptors();
    for (const [payload, expected] of rows) {
      expect(await bench.outcome(VFIO_USER_DEVICE_GET_REGION_IO_FDS, payload)).to.equal(expected);
    }
    expect(openDescriptors()).to.equal(before);
  });

  it('io fds ring: a signal of the client is the write of the doorbell (ioeventfd, kvm_ioeventfd)', async () => {
    await using bench = await openSession();
    const { descriptors } = await ask(bench, REGION.BELLS, 4096);
    using courier = new Courier();
    const theirs = courier.copy(descriptors).map((fd) => EventFd.adopt(fd));
    theirs[1]?.signal();
    await until(() => bench.rings.length > 0);
    expect(bench.rings).to.deep.equal([[0x18, MATCH]]);
    theirs[0]?.signal();
    await until(() => bench.rings.length > 1);
    expect(bench.rings[1]).to.deep.equal([0x10, 0n]);
    theirs.forEach((eventfd) => eventfd[Symbol.dispose]());
  });

  it('io fds twice: the same eventfds again, and none once the client is gone', async () => {
    await using bench = await openSession();
    const before = openDescriptors();
    const first = await ask(bench, REGION.BELLS, 4096);
    const open = openDescriptors();
    const second = await ask(bench, REGION.BELLS, 4096);
    expect(second.descriptors).to.deep.equal(first.descriptors);
    expect(openDescriptors()).to.equal(open);
    await bench.disconnect();
    expect(openDescriptors()).to.equal(before);
  });
});
