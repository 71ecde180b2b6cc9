import {
  defineDriver,
  registerLayout,
  Region,
  type DeviceModel,
  type ModelServices,
} from '@mdevkit/core';

const layout = registerLayout('bench', 0x1000, [
  { name: 'ID', offset: 0x00, width: 4, access: 'ro', reset: 0x6d646576 },
  { name: 'STATUS', offset: 0x04, width: 4, access: 'ro' },
  { name: 'DOORBELL', offset: 0x100, width: 4, access: 'wo' },
]);

/** Offsets that the benchmarks use. */
export const STATUS = 0x04;
export const DOORBELL = 0x100;

/** What a small device costs: a page of trapped registers and one message vector. */
export class BenchDevice implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [{ kind: 'message', name: 'done', count: 1, resizable: false }] as const;
  readonly regions: readonly Region[];
  /** What the last doorbell said, so that no write can be optimised away. */
  tail = 0;

  constructor(readonly services: ModelServices) {
    const handler = layout.instantiate({
      STATUS: { read: () => this.tail },
      DOORBELL: {
        write: (value) => {
          this.tail = value;
        },
      },
    });
    this.regions = [
      new Region({
        name: 'registers',
        size: layout.size,
        ranges: [{ kind: 'trapped', offset: 0, size: layout.size, handler, split: 'none' }],
      }),
    ];
  }

  reset(): void {
    this.tail = 0;
  }
}

/** The driver of {@link BenchDevice}; `onModel` sees every model that is made. */
export function benchDriver(
  onModel: (model: BenchDevice) => void = () => undefined,
): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'bench',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'bench0', capacity: 100_000 }],
    model: (services) => {
      const model = new BenchDevice(services);
      onModel(model);
      return model;
    },
  });
}

export const benchType = { parent: 'bench0', type: 'bench-one' } as const;
