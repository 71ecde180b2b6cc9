import {
  defineDriver,
  MdevHost,
  Region,
  registerLayout,
  type Device,
  type DeviceModel,
  type Dma,
  type ModelServices,
} from '@mdevkit/core';

const layout = registerLayout('filler', 0x1000, [
  { name: 'ADDRESS', offset: 0x00, width: 8, access: 'rw' },
  { name: 'LENGTH', offset: 0x08, width: 4, access: 'rw' },
  { name: 'FILL', offset: 0x10, width: 4, access: 'wo' },
]);

/** Fills memory when its register FILL is written with a byte; its DMA is also there for tests. */
class FillerModel implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly irqs = [];
  readonly regions: readonly Region[];
  readonly dma: Dma;

  constructor({ dma }: ModelServices) {
    this.dma = dma;
    const handler = layout.instantiate({
      FILL: {
        write: (value) => {
          dma.fill(handler.get64('ADDRESS'), handler.get('LENGTH'), value);
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

  drainPasid(): void {
    // All its work is over when a handler returns.
  }
}

/** A device in a host of its own, seen from both sides: its client's and its model's. */
export class TestDevice implements AsyncDisposable {
  private constructor(
    readonly host: MdevHost,
    readonly client: Device,
    /** The DMA that the model was given. */
    readonly dma: Dma,
  ) {}

  static async open(): Promise<TestDevice> {
    const host = new MdevHost();
    const models: FillerModel[] = [];
    await host.load(
      defineDriver({
        name: 'filler',
        deviceApi: 'vfio-platform',
        types: [{ id: 'one' }],
        parents: [{ name: 'filler0', capacity: 1 }],
        model: (services) => {
          const model = new FillerModel(services);
          models.push(model);
          return model;
        },
      }),
    );
    const { uuid } = await host.create({ parent: 'filler0', type: 'filler-one' });
    const client = await host.open(uuid);
    return new TestDevice(host, client, models[0]!.dma);
  }

  /** Has the device fill memory as a client does, by its registers. */
  async fill(iova: number, length: number, value: number): Promise<void> {
    const registers = new DataView(new ArrayBuffer(16));
    registers.setBigUint64(0, BigInt(iova), true);
    registers.setUint32(8, length, true);
    await this.client.write(0, 0x00, new Uint8Array(registers.buffer, 0, 8));
    await this.client.write(0, 0x08, new Uint8Array(registers.buffer, 8, 4));
    await this.client.write(0, 0x10, Uint8Array.of(value, 0, 0, 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await this.host.close();
  }
}
