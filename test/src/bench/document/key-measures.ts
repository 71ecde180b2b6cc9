import type { Goal } from './goal.js';

/** A measure that stands for many, and what it is to be. */
export interface KeyMeasure {
  readonly name: string;
  readonly what: string;
  readonly goal?: Goal;
}

const KIB = 1024;

/** In the order of the document. */
export const keyMeasures: readonly KeyMeasure[] = [
  {
    name: 'core.region.read4',
    what: 'a trapped register, through the endpoint',
    goal: atMost(100),
  },
  { name: 'core.region.read4.async', what: 'the same through the asynchronous contract' },
  { name: 'core.region.read4.interposed', what: 'behind an interposer, against without one' },
  { name: 'testing.record.read4', what: 'recorded, against not recorded' },
  { name: 'core.doorbell.write4', what: 'a doorbell', goal: atMost(100) },
  { name: 'core.irq.trigger', what: "from the model to the client's handler", goal: atMost(200) },
  { name: 'core.mdev.create_destroy', what: 'with 10,000 others alive', goal: atMost(200_000) },
  { name: 'core.mdev.bytes', what: 'of each of 10,000', goal: atMost(32 * KIB) },
  { name: 'iommu.translate.10', what: 'an address among so many maps', goal: atMost(60) },
  { name: 'iommu.translate.1000', what: 'the same', goal: atMost(100) },
  { name: 'iommu.translate.65535', what: 'the same', goal: atMost(150) },
  { name: 'iommu.translate.1000000', what: 'the same', goal: atMost(250) },
  { name: 'iommu.map_unmap.100000', what: 'a pair among so many maps', goal: atMost(2000) },
  { name: 'iommu.map.bytes', what: 'one of 100,000 maps of one memory', goal: atMost(200) },
  {
    name: 'iommu.copy.4096',
    what: 'out of client memory, against Uint8Array.set',
    goal: ratioAtLeast(0.9),
  },
  { name: 'iommu.copy.1048576', what: 'the same', goal: ratioAtLeast(0.9) },
  {
    name: 'iommu.dirty.ratio',
    what: 'a 4 KiB write with dirty tracking, against without',
    goal: ratioAtMost(1.2),
  },
  {
    name: 'accel.throughput_ratio',
    what: 'deflate, against calling node:zlib',
    goal: ratioAtLeast(0.9),
  },
  { name: 'cxlflash.read.4096', what: 'a block through the library, against its store' },
  { name: 'cxlflash.write.4096', what: 'the same' },
  { name: 'cxlflash.read.1048576', what: '256 blocks' },
  { name: 'cxlflash.write.1048576', what: 'the same' },
  { name: 'doe.exchange', what: 'an entry of a CDAT through registers, against the feature' },
  {
    name: 'vfio_user.read4.poll',
    what: 'between processes that poll, against a bare ping-pong',
    goal: ratioAtMost(1.15),
  },
  { name: 'vfio_user.write4.poll', what: 'the same', goal: ratioAtMost(1.15) },
  { name: 'vfio_user.read4.block', what: 'between processes that sleep', goal: ratioAtMost(1.25) },
  { name: 'vfio_user.write4.block', what: 'the same', goal: ratioAtMost(1.25) },
  { name: 'vfio_user.posted_writes', what: '64 in one send', goal: atLeast(4.5e6) },
  { name: 'vfio_user.dma_map', what: 'with a descriptor', goal: atMost(15_000) },
  { name: 'vfio_user.dma_unmap', what: 'the same', goal: atMost(15_000) },
  { name: 'control.call', what: 'a method of 4 attributes, in process', goal: atMost(2000) },
  {
    name: 'control.call.socket',
    what: 'between processes, against a bare ping-pong',
    goal: ratioAtMost(3),
  },
  { name: 'event.notify', what: 'from an event to the reader that waits', goal: atMost(5000) },
  { name: 'event.drain', what: 'queued events read one by one', goal: atLeast(1e6) },
  {
    name: 'guest.mmio_read.ratio_to_qemu_edu',
    what: 'of a guest under TCG, against a device inside QEMU',
  },
];

export function atMost(value: number): Goal {
  return { of: 'median', bound: 'at most', value };
}

export function atLeast(value: number): Goal {
  return { of: 'median', bound: 'at least', value };
}

export function ratioAtMost(value: number): Goal {
  return { of: 'ratio', bound: 'at most', value };
}

export function ratioAtLeast(value: number): Goal {
  return { of: 'ratio', bound: 'at least', value };
}
