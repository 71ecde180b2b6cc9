import {
  absent,
  defineDriver,
  DeviceMemory,
  MdevError,
  Region,
  registerLayout,
  type Dma,
  type DeviceModel,
  type Irqs,
  type MigrationModel,
  type ModelServices,
  type SharedBytes,
} from '@mdevkit/core';

export const benchRegisters = registerLayout('bench', 0x40, [
  { name: 'ID', offset: 0x00, width: 4, access: 'ro', reset: 0xbe9c4 },
  { name: 'SCRATCH', offset: 0x04, width: 4, access: 'rw', reset: 7 },
  { name: 'FIRE', offset: 0x08, width: 4, access: 'wo', description: 'fires a vector of index 1' },
  { name: 'LINE', offset: 0x0c, width: 4, access: 'wo', description: 'raises or lowers index 0' },
  { name: 'SOURCE', offset: 0x10, width: 8, access: 'rw' },
  { name: 'TARGET', offset: 0x18, width: 8, access: 'rw' },
  { name: 'LENGTH', offset: 0x20, width: 4, access: 'rw' },
  { name: 'COPY', offset: 0x24, width: 4, access: 'wo', description: 'copies by DMA' },
  { name: 'FAIL', offset: 0x28, width: 4, access: 'wo', description: 'throws' },
]);

export const VECTORS = 20;
export const MEMORY_OFFSET = 0x1000;
export const MEMORY_SIZE = 0x3000;
/** Of the shared bytes: the whole region, as one descriptor maps it. */
export const REGION_SIZE = 0x5000;

export const LINE_INDEX = 0;
export const VECTOR_INDEX = 1;
export const SIGNAL_INDEX = 2;

/** A device with one of everything that a client can use. */
class Bench implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [
    { kind: 'level', name: 'line', count: 1 },
    { kind: 'message', name: 'vectors', count: VECTORS, resizable: false },
    { kind: 'signal', name: 'request', count: 1, role: 'request' },
    { kind: 'absent', name: 'none' },
  ] as const;
  readonly regions: DeviceModel['regions'];
  readonly migration: MigrationModel;
  readonly #irqs: Irqs;
  readonly #dma: Dma;
  #image: number[] = [];

  constructor({ irqs, dma }: ModelServices, shared: SharedBytes) {
    this.#irqs = irqs;
    this.#dma = dma;
    const registers = benchRegisters.instantiate({
      FIRE: { write: (vector) => void this.#irqs.trigger(VECTOR_INDEX, vector) },
      LINE: {
        write: (level) => {
          if (level === 0) {
            irqs.deassert(LINE_INDEX);
          } else {
            irqs.assert(LINE_INDEX);
          }
        },
      },
      COPY: {
        write: () => {
          const bytes = new Uint8Array(registers.get('LENGTH'));
          this.#dma.read(registers.get64('SOURCE'), bytes);
          this.#dma.write(registers.get64('TARGET'), bytes);
        },
      },
      FAIL: {
        write: () => {
          throw new MdevError('ENOSPC', 'bench.full', 'there is no room');
        },
      },
    });
    const memory = new DeviceMemory(MEMORY_SIZE, { shared, sharedOffset: MEMORY_OFFSET });
    const { size } = benchRegisters;
    this.regions = [
      new Region({
        name: 'registers',
        size,
        ranges: [{ kind: 'trapped', offset: 0, size, handler: registers }],
      }),
      new Region({
        name: 'memory',
        size: REGION_SIZE,
        ranges: [{ kind: 'memory', offset: MEMORY_OFFSET, memory, mmap: true }],
      }),
      undefined,
      absent,
      new Region({
        name: 'constant',
        size: 16,
        access: 'ro',
        ranges: [],
        type: { type: 0x8000_1234, subtype: 2 },
      }),
    ];
    this.migration = {
      p2p: false,
      preCopy: true,
      transition: () => undefined,
      save: () => {
        let rest = Uint8Array.of(1, 2, 3, 4, registers.get('SCRATCH'));
        return {
          read: (into) => {
            const part = rest.subarray(0, into.length);
            into.set(part);
            rest = rest.subarray(part.length);
            return part.length;
          },
          remaining: () => ({ initialBytes: rest.length, dirtyBytes: 0 }),
        };
      },
      restore: () => {
        this.#image = [];
        return {
          write: (from) => {
            this.#image.push(...from);
            registers.set('SCRATCH', this.#image[4] ?? 0);
          },
        };
      },
      dataSize: () => 5,
    };
  }

  reset(): void {
    this.#image = [];
  }
}

/** `shared` holds the region of the device's memory, {@link REGION_SIZE} bytes. */
export function benchDriver(shared: SharedBytes): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'bench',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'bench0', capacity: 1 }],
    model: (services) => new Bench(services, shared),
  });
}
