import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SharedMemory } from '@mdevkit/linux';
import { VFIO_USER_DMA_MAP } from '@mdevkit/uapi';
import {
  openDescriptors,
  openSession,
  type SessionBench,
} from '../commands/session.test-support.js';
import { fields } from '../raw-client.test-support.js';

const READ = 1;
const WRITE = 2;
const MMAP = 4;
const FILE_IO = 8;
const RW = READ | WRITE;

interface Map {
  readonly iova?: number | bigint;
  readonly size?: number | bigint;
  readonly offset?: number | bigint;
  readonly flags?: number;
  readonly argsz?: number;
}

function mapPayload({
  iova = 0,
  size = 0x2000,
  offset = 0,
  flags = RW,
  argsz = 32,
}: Map): Uint8Array {
  return fields(argsz, flags, BigInt(offset), BigInt(iova), BigInt(size));
}

function map(bench: SessionBench, what: Map, fds: readonly number[] = []): Promise<string> {
  return bench.outcome(VFIO_USER_DMA_MAP, mapPayload(what), fds);
}

/** What a DMA write throws, or `ok`. */
function write(bench: SessionBench, iova: number, from: Uint8Array): string {
  try {
    bench.endpoint.dma.write(iova, from);
    return 'ok';
  } catch (error) {
    return (error as Error).name;
  }
}

/** A file that nobody has sealed. */
class PlainFile implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'mdevkit-'));
  readonly path = join(this.#directory, 'memory');
  readonly fd = openSync(this.path, 'w+');

  constructor(size: number) {
    ftruncateSync(this.fd, size);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
    rmSync(this.#directory, { recursive: true });
  }
}

describe('DMA_MAP (vfio-user specification, VFIO_USER_DMA_MAP)', () => {
  it('map descriptor: the device and the client see the same bytes, from fd_offset on', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    expect(await map(bench, { iova: 0x10_0000, offset: 0x1000 }, [memory.fd])).to.equal('ok');
    bench.endpoint.dma.write(0x10_0010, Uint8Array.of(1, 2, 3));
    expect([...memory.view(0x1010, 3)!]).to.deep.equal([1, 2, 3]);
    memory.write(0x1100, Uint8Array.of(9));
    const into = new Uint8Array(1);
    bench.endpoint.dma.read(0x10_0100, into);
    expect([...into]).to.deep.equal([9]);
  });

  it('map offset unaligned: fd_offset need not be at a page (libvfio-user lib/dma.c rounds it down)', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x3000);
    expect(await map(bench, { offset: 0x123 }, [memory.fd])).to.equal('ok');
    bench.endpoint.dma.write(0, Uint8Array.of(5));
    expect([...memory.view(0x123, 1)!]).to.deep.equal([5]);
  });

  it("map protection: a read-only map refuses the device's writes, a write-only one its reads", async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    expect(await map(bench, { iova: 0, flags: READ }, [memory.fd])).to.equal('ok');
    expect(await map(bench, { iova: 0x1_0000, flags: WRITE }, [memory.fd])).to.equal('ok');
    expect(write(bench, 0, Uint8Array.of(1))).to.equal('MdevError');
    expect(() => bench.endpoint.dma.read(0x1_0000, new Uint8Array(1))).to.throw();
    expect(write(bench, 0x1_0000, Uint8Array.of(1))).to.equal('ok');
    expect(await map(bench, { iova: 0x2_0000, flags: 0 }, [memory.fd])).to.equal(
      'EINVAL dma.flags',
    );
  });

  it('map file I/O: read and written by pread and pwrite when the client says so (bit 3)', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    expect(await map(bench, { flags: RW | FILE_IO }, [memory.fd])).to.equal('ok');
    bench.endpoint.dma.write(0x20, Uint8Array.of(7));
    expect([...memory.view(0x20, 1)!]).to.deep.equal([7]);
    expect(() => bench.endpoint.dma.view(0, 16, 'read'), 'there is no view').to.throw();
  });

  it('map mmap: bit 2 maps, as a descriptor without either bit does', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    expect(await map(bench, { iova: 0, flags: RW | MMAP }, [memory.fd])).to.equal('ok');
    expect(await map(bench, { iova: 0x1_0000 }, [memory.fd])).to.equal('ok');
    expect(bench.endpoint.dma.view(0, 16, 'write').length).to.equal(16);
    expect(bench.endpoint.dma.view(0x1_0000, 16, 'write').length).to.equal(16);
  });

  it('map plain file: is accessed by system calls unless the client is trusted, which is said once (own rule)', async () => {
    for (const memory of ['safe', 'trusted'] as const) {
      await using bench = await openSession({ memory });
      using file = new PlainFile(0x8000);
      writeSync(file.fd, Uint8Array.of(4), 0, 1, 0x10);
      expect(await map(bench, { iova: 0 }, [file.fd])).to.equal('ok');
      expect(await map(bench, { iova: 0x1_0000 }, [file.fd])).to.equal('ok');
      const into = new Uint8Array(1);
      bench.endpoint.dma.read(0x10, into);
      expect([...into]).to.deep.equal([4]);
      const warnings = bench.lines.filter(({ level }) => level === 'warn');
      expect(warnings.length, memory).to.equal(memory === 'safe' ? 1 : 0);
    }
  });

  it('map message: without a descriptor the device asks by messages, and only asynchronously', async () => {
    await using bench = await openSession();
    expect(await map(bench, { iova: 0x1000 })).to.equal('ok');
    expect(() => bench.endpoint.dma.read(0x1000, new Uint8Array(4))).to.throw();
    await bench.endpoint.dma.store(0x1008, Uint8Array.of(3));
    expect(bench.dma.memory[0x1008]).to.equal(3);
    expect(bench.dma.messages).to.deep.equal(['write 4104+1']);
  });

  it('map own BAR: QEMU announces the BARs it has mapped, without a descriptor: an ordinary map (hw/vfio/listener.c)', async () => {
    await using bench = await openSession();
    expect(await map(bench, { iova: 0xfe00_0000, size: 0x2000, flags: RW })).to.equal('ok');
    expect(bench.session.maps.size).to.equal(1);
  });

  it('map flags: unknown bits, and an access mode without a descriptor, are EINVAL', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    expect(await map(bench, { flags: RW | 0x10 }, [memory.fd])).to.equal(
      'EINVAL vfio-user.map-flags',
    );
    expect(await map(bench, { flags: 0x8000_0003 })).to.equal('EINVAL vfio-user.map-flags');
    expect(await map(bench, { flags: RW | MMAP })).to.equal('EINVAL vfio-user.map-descriptor');
    expect(await map(bench, { flags: RW | FILE_IO })).to.equal('EINVAL vfio-user.map-descriptor');
    expect(await map(bench, {}, [memory.fd, memory.fd])).to.equal('EINVAL vfio-user.descriptors');
  });

  it('map argsz: a small argsz and a short payload are EINVAL', async () => {
    await using bench = await openSession();
    expect(await map(bench, { argsz: 31 })).to.equal('EINVAL vfio-user.argsz');
    const short = mapPayload({}).subarray(0, 31);
    expect(await bench.outcome(VFIO_USER_DMA_MAP, short)).to.equal('EINVAL vfio-user.payload');
  });

  it('map overlap: EEXIST; the same map once more succeeds (libvfio-user lib/dma.c)', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x8000);
    using other = SharedMemory.create(0x8000);
    const first = { iova: 0x1_0000, size: 0x2000, offset: 0x1000 };
    expect(await map(bench, first, [memory.fd])).to.equal('ok');
    const before = openDescriptors();
    expect(await map(bench, first, [memory.fd])).to.equal('ok');
    expect(openDescriptors(), 'the second descriptor is closed').to.equal(before);
    expect(bench.session.maps.size).to.equal(1);
    const refused: readonly (readonly [Map, readonly number[]])[] = [
      [{ ...first, iova: 0x1_1000 }, [memory.fd]],
      [{ ...first, size: 0x1000 }, [memory.fd]],
      [{ ...first, size: 0x3000 }, [memory.fd]],
      [{ ...first, offset: 0 }, [memory.fd]],
      [{ ...first, flags: READ }, [memory.fd]],
      [first, [other.fd]],
      [first, []],
    ];
    for (const [what, fds] of refused) {
      expect(await map(bench, what, fds), JSON.stringify(what)).to.equal('EEXIST dma.overlap');
    }
    expect(openDescriptors(), 'nothing of the refused ones stays').to.equal(before);
  });

  it('map message again: the same one without a descriptor succeeds, too', async () => {
    await using bench = await openSession();
    expect(await map(bench, {})).to.equal('ok');
    expect(await map(bench, {})).to.equal('ok');
    expect(await map(bench, { flags: READ })).to.equal('EEXIST dma.overlap');
  });

  it('map size: more than 8 TiB is ENOSPC (libvfio-user test_dma_map_too_big), 0 and odd sizes EINVAL', async () => {
    await using bench = await openSession();
    expect(await map(bench, { size: 2n ** 43n })).to.equal('ok');
    for (const size of [2n ** 43n + 0x1000n, 2n ** 53n, 2n ** 64n - 0x1000n]) {
      expect(await map(bench, { iova: 2n ** 44n, size })).to.equal('ENOSPC vfio-user.map-size');
    }
    expect(await map(bench, { iova: 2n ** 44n, size: 0 })).to.equal('EINVAL dma.size');
    expect(await map(bench, { iova: 2n ** 44n, size: 0x800 })).to.equal('EINVAL dma.alignment');
    expect(await map(bench, { iova: 2n ** 44n + 1n })).to.equal('EINVAL dma.alignment');
  });

  it('map range: what wraps around the address space or the file is refused', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    expect(await map(bench, { iova: 2n ** 64n - 0x2000n })).to.equal('ok');
    expect(await map(bench, { iova: 2n ** 64n - 0x1000n })).to.equal('EOVERFLOW dma.overflow');
    for (const offset of [2n ** 53n - 0x1000n, 2n ** 64n - 0x1000n]) {
      expect(await map(bench, { offset }, [memory.fd])).to.equal('EINVAL vfio-user.map-range');
    }
    expect(await map(bench, { offset: 0x3000 }, [memory.fd])).to.equal('EINVAL linux.range');
    expect(await map(bench, { size: 0x5000 }, [memory.fd])).to.equal('EINVAL linux.range');
  });

  it('map limit: max_dma_maps is kept, and one that goes makes room (libvfio-user test_dma_map_too_many)', async () => {
    await using bench = await openSession({ limits: { maxDmaMaps: 2 } });
    expect(await map(bench, { iova: 0 })).to.equal('ok');
    expect(await map(bench, { iova: 0x1_0000 })).to.equal('ok');
    expect(await map(bench, { iova: 0x2_0000 })).to.equal('ENOSPC vfio-user.map-limit');
    expect(await map(bench, { iova: 0 }), 'the same one is none more').to.equal('ok');
  });

  it('map bad descriptor: what cannot be memory is refused, and closed', async () => {
    await using bench = await openSession();
    const before = openDescriptors();
    const fd = openSync('/dev/null', 'r');
    expect(await map(bench, { flags: READ }, [fd])).to.equal('EINVAL linux.range');
    closeSync(fd);
    using file = new PlainFile(0x4000);
    const readOnly = openSync(file.path, 'r');
    expect(await map(bench, { flags: RW }, [readOnly])).to.equal('EACCES linux.access');
    closeSync(readOnly);
    expect(openDescriptors()).to.equal(before + 1);
    expect(bench.session.maps.size).to.equal(0);
  });

  it('map refused by the space: the memory is given back', async () => {
    await using bench = await openSession({ mapLimit: 1 });
    using memory = SharedMemory.create(0x4000);
    expect(await map(bench, { iova: 0 }, [memory.fd])).to.equal('ok');
    const before = openDescriptors();
    expect(await map(bench, { iova: 0x1_0000 }, [memory.fd])).to.equal('ENOSPC dma.limit');
    expect(openDescriptors()).to.equal(before);
  });

  it('map descriptor limit: a client cannot use up the descriptors and mappings of the process (own rule)', async () => {
    await using bench = await openSession({ limits: { maxDescriptorMaps: 2 } });
    using memory = SharedMemory.create(0x4000);
    expect(await map(bench, { iova: 0 }, [memory.fd])).to.equal('ok');
    expect(await map(bench, { iova: 0x1_0000 }, [memory.fd])).to.equal('ok');
    const before = openDescriptors();
    const refused = 'ENOSPC vfio-user.descriptor-limit';
    expect(await map(bench, { iova: 0x2_0000 }, [memory.fd])).to.equal(refused);
    expect(openDescriptors()).to.equal(before);
    expect(await map(bench, { iova: 0x2_0000 }, [])).to.equal('ok');
    expect(await map(bench, { iova: 0 }, [memory.fd]), 'the same once more').to.equal('ok');
    await bench.session.maps.unmap(0, 0x2000);
    expect(await map(bench, { iova: 0x3_0000 }, [memory.fd])).to.equal('ok');
    await bench.session.maps.unmapAll();
    expect(await map(bench, { iova: 0 }, [memory.fd])).to.equal('ok');
  });

  it('map pipelined: many maps in one go, as QEMU sends its RAM sections', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x20_0000);
    const before = openDescriptors();
    const sections: readonly (readonly [Map, readonly number[]])[] = [
      [{ iova: 0, size: 0xc_0000 }, [memory.fd]],
      [{ iova: 0xc_0000, size: 0x2_0000, flags: READ }, []],
      [{ iova: 0xe_0000, size: 0x2_0000, flags: READ }, []],
      [{ iova: 0x10_0000, size: 0x10_0000, offset: 0x10_0000 }, [memory.fd]],
    ];
    for (const [what, fds] of sections) {
      expect(await map(bench, what, fds)).to.equal('ok');
    }
    expect(bench.session.maps.size).to.equal(4);
    await bench.disconnect();
    expect(openDescriptors(), 'a client that goes leaves nothing behind').to.equal(before);
  });
});
