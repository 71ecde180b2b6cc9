import {
  DeviceMemory,
  Region,
  registerLayout,
  type DeviceModel,
  type Dma,
  type RegionRange,
  type RegionSlot,
} from '@mdevkit/core';
import { specimenRegisters, VECTORS } from './registers.js';
import type { SpecimenState } from './specimen-image.js';
import { MEMORY_SIZE, Specimen, type SpecimenServices } from './specimen.js';

export const LINE_INDEX = 0;
export const DONE_INDEX = 1;
export const ERROR_INDEX = 2;

const PAGE = 0x1000;

const windowRegisters = registerLayout('window', PAGE, [
  { name: 'NAME', offset: 0, width: 4, access: 'ro', reset: 0x77696e64 },
]);

/** The indexes of a device that has nothing else to say about them. */
export const platformIrqs: DeviceModel['irqs'] = [
  { kind: 'level', name: 'line', count: 1 },
  { kind: 'message', name: 'done', count: VECTORS, resizable: true },
  { kind: 'signal', name: 'error', count: 1, role: 'error' },
  { kind: 'signal', name: 'request', count: 1, role: 'request' },
  { kind: 'message', name: 'unused', count: 0, resizable: false },
];

/**
 * The specimen without a bus. Regions: registers; memory; registers, a hole and memory in one; none; text that cannot be
 * written.
 */
export class PlatformSpecimen extends Specimen {
  readonly deviceApi = 'vfio-platform';
  readonly regions: readonly RegionSlot[];
  readonly irqs: DeviceModel['irqs'];
  protected readonly mixed: DeviceMemory;

  constructor(services: SpecimenServices) {
    super(services);
    this.mixed = new DeviceMemory(PAGE);
    this.regions = this.makeRegions();
    this.irqs = this.makeIrqs();
  }

  protected makeRegions(): readonly RegionSlot[] {
    return [
      new Region({ name: 'registers', size: specimenRegisters.size, ranges: [this.makeRange()] }),
      new Region({
        name: 'memory',
        size: MEMORY_SIZE,
        ranges: [{ kind: 'memory', offset: 0, memory: this.memory, mmap: true }],
      }),
      new Region({
        name: 'mixed',
        size: 3 * PAGE,
        ranges: [
          { kind: 'trapped', offset: 0, size: PAGE, handler: windowRegisters.instantiate() },
          { kind: 'memory', offset: 2 * PAGE, memory: this.mixed, mmap: true },
        ],
      }),
      undefined,
      new Region({
        name: 'text',
        size: 0x40,
        access: 'ro',
        ranges: [{ kind: 'memory', offset: 0, memory: this.makeText() }],
      }),
    ];
  }

  protected makeIrqs(): DeviceModel['irqs'] {
    return platformIrqs;
  }

  protected makeRange(): RegionRange {
    return {
      kind: 'trapped',
      offset: 0,
      size: specimenRegisters.size,
      handler: this.registers,
    };
  }

  protected makeText(): DeviceMemory {
    const text = new DeviceMemory(0x40, { preserve: true });
    text.bytes.set(new TextEncoder().encode('a specimen'));
    return text;
  }

  protected override state(): SpecimenState {
    const state = super.state();
    const mixed = (): DeviceMemory => this.mixed;
    return {
      ...state,
      get memories() {
        return [...state.memories, mixed()];
      },
    };
  }

  protected dma(): Dma {
    return this.services.dma;
  }

  protected done(vector: number): void {
    this.services.irqs.trigger(DONE_INDEX, Math.min(vector, VECTORS - 1));
  }

  protected failed(): void {
    this.services.irqs.trigger(ERROR_INDEX);
  }

  protected line(raised: boolean): void {
    if (raised) {
      this.services.irqs.assert(LINE_INDEX);
    } else {
      this.services.irqs.deassert(LINE_INDEX);
    }
  }
}
