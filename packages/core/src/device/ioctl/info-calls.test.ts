import {
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_DEVICE_FLAGS_RESET,
  VFIO_DEVICE_GET_INFO,
  VFIO_DEVICE_GET_IRQ_INFO,
  VFIO_DEVICE_GET_REGION_INFO,
  VFIO_IRQ_INFO_AUTOMASKED,
  VFIO_IRQ_INFO_EVENTFD,
  VFIO_IRQ_INFO_MASKABLE,
  VFIO_IRQ_INFO_NORESIZE,
  VFIO_REGION_INFO_FLAG_CAPS,
  VFIO_REGION_INFO_FLAG_MMAP,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
  VfioDeviceInfo,
  VfioIrqInfo,
  VfioRegionInfo,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { makeEndpoint, testIrqs } from '../endpoint.test-support.js';
import { argument, call } from './ioctl.test-support.js';

const RW = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
const EINVAL = 'EINVAL ioctl.argsz';

describe('argsz too small, argsz respected: GET_INFO, every argsz (vfio_pci_core.c, vfio_pci_ioctl_get_info)', () => {
  for (let argsz = 0; argsz <= VfioDeviceInfo.size + 8; argsz++) {
    const expected = argsz < 16 ? EINVAL : 0;
    it(`argsz ${argsz}: ${expected}, and no byte beyond it is written`, async () => {
      await using bench = makeEndpoint({ reset: () => undefined });
      await bench.open();
      const arg = argument(argsz);
      expect(await call(bench, VFIO_DEVICE_GET_INFO, arg.bytes)).to.equal(expected);
      expect(arg.broken()).to.equal(false);
      if (expected === 0) {
        expect(arg.view.getUint32(0, true), 'argsz').to.equal(argsz);
        const flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
        expect(arg.view.getUint32(4, true), 'flags').to.equal(flags);
        expect(arg.view.getUint32(8, true), 'num_regions').to.equal(4);
        expect(arg.view.getUint32(12, true), 'num_irqs').to.equal(testIrqs.length);
      }
    });
  }

  it('has no RESET flag without a reset', async () => {
    await using bench = makeEndpoint({ deviceApi: 'vfio-platform' });
    await bench.open();
    const arg = argument(16);
    await call(bench, VFIO_DEVICE_GET_INFO, arg.bytes);
    expect(VfioDeviceInfo.decode(arg.bytes).flags).to.equal(4);
  });
});

describe('GET_IRQ_INFO, every argsz (vfio_pci_core.c, vfio_pci_ioctl_get_irq_info)', () => {
  for (let argsz = 0; argsz <= VfioIrqInfo.size + 8; argsz++) {
    const expected = argsz < VfioIrqInfo.size ? EINVAL : 0;
    it(`argsz ${argsz}: ${expected}, and no byte beyond it is written`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      const arg = argument(argsz, [0, 1]);
      expect(await call(bench, VFIO_DEVICE_GET_IRQ_INFO, arg.bytes)).to.equal(expected);
      expect(arg.broken()).to.equal(false);
      if (expected === 0) {
        expect(VfioIrqInfo.decode(arg.bytes)).to.deep.equal({
          argsz,
          flags: VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
          index: 1,
          count: 4,
        });
      }
    });
  }

  const level = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
  const signal = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE;
  for (const [index, name, flags, count] of [
    [0, 'level', level, 1],
    [2, 'resizable message', VFIO_IRQ_INFO_EVENTFD, 8],
    [3, 'error signal', signal, 1],
    [4, 'request signal', signal, 1],
    [6, 'unimplemented', 0, 0],
  ] as const) {
    it(`${name}: flags ${flags}, count ${count}`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      const arg = argument(16, [0, index]);
      expect(await call(bench, VFIO_DEVICE_GET_IRQ_INFO, arg.bytes)).to.equal(0);
      expect(VfioIrqInfo.decode(arg.bytes)).to.deep.include({ index, flags, count });
    });
  }

  for (const [name, index] of [
    ['an absent index', 5],
    ['an index beyond the table', 7],
    ['the greatest index', 0xffff_ffff],
  ] as const) {
    it(`${name}: EINVAL, and nothing is written`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      const arg = argument(16, [0, index]);
      const before = arg.bytes.slice();
      expect(await call(bench, VFIO_DEVICE_GET_IRQ_INFO, arg.bytes)).to.equal('EINVAL irq.index');
      expect(arg.bytes).to.deep.equal(before);
    });
  }
});

describe('GET_REGION_INFO (vfio_pci_core.c, vfio_pci_ioctl_get_region_info)', () => {
  for (let argsz = 0; argsz <= VfioRegionInfo.size + 8; argsz++) {
    const expected = argsz < VfioRegionInfo.size ? EINVAL : 0;
    it(`argsz ${argsz}: ${expected}, and no byte beyond it is written`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      const arg = argument(argsz, [0, 0]);
      expect(await call(bench, VFIO_DEVICE_GET_REGION_INFO, arg.bytes)).to.equal(expected);
      expect(arg.broken()).to.equal(false);
      if (expected === 0) {
        expect(VfioRegionInfo.decode(arg.bytes)).to.deep.equal({
          argsz,
          flags: RW | VFIO_REGION_INFO_FLAG_MMAP,
          index: 0,
          cap_offset: 0,
          size: 0x2000n,
          offset: 0n,
        });
      }
    });
  }

  it('unimplemented index: an unimplemented index has size 0 and flags 0', async () => {
    await using bench = makeEndpoint();
    await bench.open();
    const arg = argument(32, [0, 1]);
    expect(await call(bench, VFIO_DEVICE_GET_REGION_INFO, arg.bytes)).to.equal(0);
    expect(VfioRegionInfo.decode(arg.bytes)).to.deep.include({ size: 0n, flags: 0, index: 1 });
  });

  for (const index of [2, 4, 0xffff_ffff]) {
    it(`absent index: index ${index}, absent or beyond the table: EINVAL`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      const arg = argument(32, [0, index]);
      expect(await call(bench, VFIO_DEVICE_GET_REGION_INFO, arg.bytes)).to.equal(
        'EINVAL region.index',
      );
      expect(arg.broken()).to.equal(false);
    });
  }
});

/** Region 3: SPARSE_MMAP with two areas (48 bytes) and TYPE (16 bytes) behind the 32 bytes of info. */
const FULL = 32 + 48 + 16;

interface Capability {
  readonly at: number;
  readonly id: number;
  readonly version: number;
  readonly next: number;
}

/** Walks the chain as a client does, never beyond argsz. */
function walk(view: DataView): Capability[] {
  const argsz = view.getUint32(0, true);
  const found: Capability[] = [];
  for (let at = view.getUint32(12, true); at !== 0; at = found.at(-1)?.next ?? 0) {
    expect(at + 8, 'inside').to.be.at.most(argsz);
    expect(at, 'ascending').to.be.greaterThan(found.at(-1)?.at ?? 31);
    expect(at % 8, 'aligned').to.equal(0);
    const [id, version] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    found.push({ at, id, version, next: view.getUint32(at + 4, true) });
  }
  return found;
}

describe('the capability chain (vfio_main.c, vfio_info_cap_add, vfio_info_cap_shift)', () => {
  for (let argsz = 32; argsz <= FULL + 8; argsz++) {
    const fits = argsz >= FULL;
    it(`${fits ? 'chain fits' : 'chain too long'}: argsz ${argsz}: success, ${fits ? 'with the chain' : `argsz := ${FULL}`}`, async () => {
      await using bench = makeEndpoint();
      await bench.open();
      const arg = argument(argsz, [0, 3]);
      expect(await call(bench, VFIO_DEVICE_GET_REGION_INFO, arg.bytes)).to.equal(0);
      expect(arg.broken()).to.equal(false);
      const info = VfioRegionInfo.decode(arg.bytes);
      expect(info.argsz).to.equal(fits ? argsz : FULL);
      expect(info.flags).to.equal(RW | VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS);
      expect(info.cap_offset).to.equal(fits ? 32 : 0);
      if (!fits) {
        const behind = arg.bytes.subarray(32, argsz);
        expect(
          behind.every((byte) => byte === 0xa5),
          'no part of the chain',
        ).to.equal(true);
      }
    });
  }

  it('chain offsets, sparse areas, type: is complete with the argsz of the first answer; every field is where it belongs', async () => {
    await using bench = makeEndpoint();
    await bench.open();
    const first = argument(32, [0, 3]);
    await call(bench, VFIO_DEVICE_GET_REGION_INFO, first.bytes);
    const arg = argument(first.view.getUint32(0, true), [0, 3]);
    expect(await call(bench, VFIO_DEVICE_GET_REGION_INFO, arg.bytes)).to.equal(0);
    expect(walk(arg.view)).to.deep.equal([
      { at: 32, id: 1, version: 1, next: 80 },
      { at: 80, id: 2, version: 1, next: 0 },
    ]);
    const u32 = (at: number): number => arg.view.getUint32(at, true);
    const u64 = (at: number): bigint => arg.view.getBigUint64(at, true);
    expect(u32(40), 'nr_areas').to.equal(2);
    expect([u64(48), u64(56), u64(64), u64(72)]).to.deep.equal([
      0x1000n,
      0x1000n,
      0x3000n,
      0x1000n,
    ]);
    expect([u32(88), u32(92)], 'type and subtype').to.deep.equal([0x8000_1b36, 7]);
  });
});
