import { absent, DeviceMemory, Region, type IrqIndexSpec, type RegionSlot } from '@mdevkit/core';
import type { SharedMemory } from '@mdevkit/linux';

export const IRQ = { INTX: 0, MSI: 1, MSIX: 2, ERR: 3, REQ: 4, ABSENT: 5, NONE: 6 } as const;

export const testIrqs: readonly IrqIndexSpec[] = [
  { kind: 'level', name: 'intx', count: 1 },
  { kind: 'message', name: 'msi', count: 20, resizable: false },
  { kind: 'message', name: 'msix', count: 24, resizable: true },
  { kind: 'signal', name: 'err', count: 1, role: 'error' },
  { kind: 'signal', name: 'req', count: 1, role: 'request' },
  { kind: 'absent', name: 'absent' },
  { kind: 'level', name: 'unimplemented', count: 0 },
];

/** By what they are for: one that can be mapped as a whole, in parts, without a descriptor, with doorbells. */
export const REGION = { WHOLE: 0, EMPTY: 1, ABSENT: 2, SPARSE: 3, HEAP: 4, BELLS: 5 } as const;

/** What the doorbells of {@link REGION}.BELLS wrote: offset and value. */
export type Rings = (readonly [number, bigint])[];

export function testRegions(shared: SharedMemory, rings: Rings = []): readonly RegionSlot[] {
  const part = (sharedOffset: number, size: number): DeviceMemory =>
    new DeviceMemory(size, { shared, sharedOffset });
  return [
    new Region({
      name: 'whole',
      size: 0x2000,
      ranges: [{ kind: 'memory', offset: 0, memory: part(0x1000, 0x2000), mmap: true }],
    }),
    undefined,
    absent,
    new Region({
      name: 'sparse',
      size: 0x4000,
      type: { type: 0x8000_1b36, subtype: 7 },
      ranges: [
        { kind: 'memory', offset: 0x1000, memory: part(0x5000, 0x1000), mmap: true },
        { kind: 'memory', offset: 0x3000, memory: part(0x7000, 0x1000), mmap: true },
      ],
    }),
    new Region({
      name: 'heap',
      size: 0x4000,
      type: { type: 1, subtype: 2 },
      ranges: [{ kind: 'memory', offset: 0x1000, memory: new DeviceMemory(0x1000), mmap: true }],
    }),
    bellRegion(rings),
  ];
}

function bellRegion(rings: Rings): Region {
  return new Region({
    name: 'bells',
    size: 0x100,
    ioeventfd: {
      doorbells: [
        { offset: 0x10, width: 4 },
        { offset: 0x18, width: 8, data: 0x1122_3344_5566_7788n },
        { offset: 0x20, width: 2, data: 0n },
      ],
    },
    ranges: [
      {
        kind: 'trapped',
        offset: 0,
        size: 0x100,
        split: 'none',
        handler: {
          read: (_offset, _data, _at, length) => length,
          write: (offset, data, at, length) => {
            rings.push([offset, length === 8 ? data.getBigUint64(at, true) : 0n]);
            return length;
          },
        },
      },
    ],
  });
}
