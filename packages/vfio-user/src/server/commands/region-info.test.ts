import { expect } from 'chai';
import { describe, it } from 'mocha';
import { VFIO_USER_DEVICE_GET_REGION_INFO } from '@mdevkit/uapi';
import { fields } from '../raw-client.test-support.js';
import { openSession, REGION, type SessionBench, type Answer } from './session.test-support.js';

const READ = 1;
const WRITE = 2;
const MMAP = 4;
const CAPS = 8;
/** Two areas behind the type, as they follow the info: 16 + 2 * 16, and 16. */
const SPARSE_ARGSZ = 32 + 48 + 16;

function request(index: number, argsz: number): Uint8Array {
  return fields(argsz, 0, index, 0, 0n, 0n);
}

function ask(bench: SessionBench, index: number, argsz: number): Promise<Answer> {
  return bench.ask(VFIO_USER_DEVICE_GET_REGION_INFO, request(index, argsz));
}

describe('DEVICE_GET_REGION_INFO (vfio-user specification, VFIO_USER_DEVICE_GET_REGION_INFO)', () => {
  it('region whole: a region that one mmap covers has its descriptor, its place in it and no capabilities', async () => {
    await using bench = await openSession();
    for (const argsz of [32, 80, 0xffff_ffff]) {
      const { payload, descriptors } = await ask(bench, REGION.WHOLE, argsz);
      expect(payload).to.deep.equal(
        fields(32, READ | WRITE | MMAP, REGION.WHOLE, 0, 0x2000n, 0x1000n),
      );
      expect(descriptors).to.deep.equal([bench.shared.fd]);
    }
  });

  it('region caps fit: sparse areas and type in one chain, and one descriptor for all areas', async () => {
    await using bench = await openSession();
    for (const argsz of [SPARSE_ARGSZ, 4096]) {
      const { payload, descriptors } = await ask(bench, REGION.SPARSE, argsz);
      expect(payload).to.deep.equal(
        fields(
          ...[SPARSE_ARGSZ, READ | WRITE | MMAP | CAPS, REGION.SPARSE, 32, 0x4000n, 0x4000n],
          ...[1 | (1 << 16), 32 + 48, 2, 0, 0x1000n, 0x1000n, 0x3000n, 0x1000n],
          ...[2 | (1 << 16), 0, 0x8000_1b36, 7],
        ),
      );
      expect(descriptors).to.deep.equal([bench.shared.fd]);
    }
  });

  it('region caps too large: the fixed part alone, the size that is needed, MMAP, no CAPS, no descriptor (libvfio-user)', async () => {
    await using bench = await openSession();
    for (const argsz of [32, SPARSE_ARGSZ - 1]) {
      const { payload, descriptors } = await ask(bench, REGION.SPARSE, argsz);
      expect(payload).to.deep.equal(
        fields(SPARSE_ARGSZ, READ | WRITE | MMAP, REGION.SPARSE, 0, 0x4000n, 0x4000n),
      );
      expect(descriptors).to.deep.equal([]);
    }
  });

  it('region twice: asked with 32 and then with what came back, as QEMU does, gives the whole reply', async () => {
    await using bench = await openSession();
    const first = await ask(bench, REGION.SPARSE, 32);
    const argsz = new DataView(first.payload.buffer).getUint32(0, true);
    const second = await ask(bench, REGION.SPARSE, argsz);
    expect(second.payload.length).to.equal(argsz);
    expect(second.descriptors.length).to.equal(1);
  });

  it('region heap: memory without a descriptor cannot be mapped; the type stays (own rule)', async () => {
    await using bench = await openSession();
    const { payload, descriptors } = await ask(bench, REGION.HEAP, 4096);
    expect(payload).to.deep.equal(
      fields(
        ...[48, READ | WRITE | CAPS, REGION.HEAP, 32, 0x4000n, 0n],
        ...[2 | (1 << 16), 0, 1, 2],
      ),
    );
    expect(descriptors).to.deep.equal([]);
  });

  it('region no descriptors: a client that takes none is not told of a map (max_msg_fds 0)', async () => {
    await using bench = await openSession({ capabilities: { maxMsgFds: 0 } });
    const { payload, descriptors } = await ask(bench, REGION.WHOLE, 32);
    expect(payload).to.deep.equal(fields(32, READ | WRITE, REGION.WHOLE, 0, 0x2000n, 0n));
    expect(descriptors).to.deep.equal([]);
  });

  it('region zero size: an unimplemented region succeeds with size 0 and no flags (libvfio-user test_..._zero_size)', async () => {
    await using bench = await openSession();
    const { payload } = await ask(bench, REGION.EMPTY, 32);
    expect(payload).to.deep.equal(fields(32, 0, REGION.EMPTY, 0, 0n, 0n));
  });

  it('region refused: no such index, a small argsz, a short payload (libvfio-user test_device_get_region_info)', async () => {
    await using bench = await openSession();
    const outcome = (payload: Uint8Array): Promise<string> =>
      bench.outcome(VFIO_USER_DEVICE_GET_REGION_INFO, payload);
    expect(await outcome(request(6, 32))).to.equal('EINVAL region.index');
    expect(await outcome(request(0xffff_ffff, 32))).to.equal('EINVAL region.index');
    expect(await outcome(request(REGION.ABSENT, 32))).to.equal('EINVAL region.index');
    expect(await outcome(request(0, 31))).to.equal('EINVAL vfio-user.argsz');
    expect(await outcome(request(0, 32).subarray(0, 31))).to.equal('EINVAL vfio-user.payload');
  });
});
