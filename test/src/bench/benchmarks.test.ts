import { expect } from 'chai';
import { describe, it } from 'mocha';
import { benchmarks } from './benchmarks.js';
import { keyMeasures } from './document/index.js';
import { MachineLoop } from './measure/index.js';
import { scaling } from './scaling/index.js';

/** What programs and documents know by its name. */
const KEPT = [
  'machine.loop',
  'core.region.read4',
  'core.region.read4.interposed',
  'core.doorbell.write4',
  'core.irq.trigger',
  'core.mdev.create_destroy',
  'core.mdev.bytes',
  'accel.throughput_ratio',
  'iommu.translate.10',
  'iommu.translate.1000',
  'iommu.translate.65535',
  'iommu.translate.1000000',
  'iommu.map_unmap.100000',
  'iommu.copy.4096',
  'iommu.copy.1048576',
  'iommu.map.bytes',
  'iommu.dirty.ratio',
  'vfio_user.read4.poll',
  'vfio_user.read4.block',
  'vfio_user.write4.poll',
  'vfio_user.write4.block',
  'vfio_user.posted_writes',
  'vfio_user.dma_map',
  'vfio_user.dma_unmap',
  'guest.mmio_read.ratio_to_qemu_edu',
  'control.call',
  'control.call.socket',
  'event.notify',
  'event.drain',
  'cxlflash.read.4096',
  'cxlflash.write.4096',
  'cxlflash.read.1048576',
  'cxlflash.write.1048576',
  'doe.exchange',
  'testing.record.read4',
];

const measures = [new MachineLoop(), ...benchmarks].flatMap((each) => each.measures);
const plain = measures.map(({ name }) => name);
const points = scaling.flatMap((each) => each.measures.map(({ name }) => name));

describe('the names of all measures (own rule)', () => {
  it('a plain run has all that are kept', () => {
    expect(plain).to.include.members(KEPT);
  });

  it('no two measures, and no two benchmarks, have one name', () => {
    for (const names of [
      [...plain, ...points],
      [...benchmarks, ...scaling].map(({ name }) => name),
    ]) {
      expect(names.filter((name, i) => names.indexOf(name) !== i)).to.deep.equal([]);
    }
  });

  it('the points of curves, and nothing else, are called scaling', () => {
    expect(points.filter((name) => !name.startsWith('scaling.'))).to.deep.equal([]);
    expect(plain.filter((name) => name.startsWith('scaling.'))).to.deep.equal([]);
    expect(points).to.include.members([
      'scaling.maps.translate.1000000',
      'scaling.maps.map_unmap.10',
      'scaling.mdevs.bytes.10000',
      'scaling.mdevs.create_destroy.100',
      'scaling.queues.throughput.16',
      'scaling.contexts.read.512',
    ]);
  });

  it('code of this repository as a baseline is told apart from that of others', () => {
    const own = measures.filter(({ against }) => against?.isOwn === true);
    expect(own.map(({ name }) => name)).to.have.members([
      'core.irq.trigger',
      'core.region.read4.interposed',
      'testing.record.read4',
      'iommu.dirty.ratio',
      'cxlflash.read.4096',
      'cxlflash.write.4096',
      'cxlflash.read.1048576',
      'cxlflash.write.1048576',
      'doe.exchange',
    ]);
  });

  it('every measure of the document is measured', () => {
    expect(plain).to.include.members(keyMeasures.map(({ name }) => name));
  });
});
