import {
  defineDriver,
  ManualClock,
  MdevHost,
  Region,
  registerLayout,
  type Device,
  type Interposer,
  type Irqs,
  type RangeHandler,
} from '@mdevkit/core';

/** Of region 0. There is nothing at 0x14 .. 0x1f. */
export const valveRegisters = registerLayout('valve', 0x20, [
  { name: 'ID', offset: 0x00, width: 4, access: 'ro', reset: 0x76616c76 },
  {
    name: 'STATUS',
    offset: 0x04,
    width: 4,
    access: 'ro',
    reset: 0x21,
    fields: { BUSY: { bits: 0 }, MODE: { bits: [6, 4] } },
  },
  { name: 'HEAD', offset: 0x08, width: 2, access: 'rw' },
  { name: 'TAIL', offset: 0x0a, width: 2, access: 'rw' },
  { name: 'CTRL', offset: 0x0c, width: 4, access: 'rw' },
  { name: 'RSVD_10', offset: 0x10, width: 4, access: 'rw' },
]);

/** Writes of CTRL do these. */
export const valveCommand = { message: 1, raise: 2, lower: 3 } as const;

/**
 * A device for diagnostics to look at. Region 0 has registers, region 1 a handler that does not say what it has, region 2 is
 * read-only, and region 3 is not in use. Irq index 0 is a line, 1 has two messages, 2 none.
 * Of its types `valve-one` cannot be reset, and `valve-reset` can.
 */
export const valveDriver = defineDriver({
  name: 'valve',
  deviceApi: 'vfio-platform',
  types: [{ id: 'one' }, { id: 'reset' }],
  parents: [{ name: 'valve0', capacity: 4 }],
  model: ({ irqs, identity }) => {
    const registers = valveRegisters.instantiate({
      CTRL: {
        write: (value) => {
          command(irqs, value);
        },
      },
    });
    const map = { kind: 'trapped', offset: 0, size: 0x20, handler: registers } as const;
    const dumb = { kind: 'trapped', offset: 0, size: 0x10, handler: new Dumb() } as const;
    return {
      deviceApi: 'vfio-platform',
      regions: [
        new Region({ name: 'control', size: 0x100, ranges: [{ ...map, split: 'none' }] }),
        new Region({ name: 'data', size: 0x10, ranges: [{ ...dumb, split: 'none' }] }),
        new Region({ name: 'rom', size: 0x10, access: 'ro', ranges: [dumb] }),
        undefined,
      ],
      irqs: [
        { kind: 'level', name: 'line', count: 1 },
        { kind: 'message', name: 'bell', count: 2, resizable: false },
        { kind: 'message', name: 'none', count: 0, resizable: false },
      ],
      ...(identity.type === 'valve-reset' ? { reset: () => undefined } : {}),
    };
  },
});

function command(irqs: Irqs, value: number): void {
  if (value === valveCommand.message) {
    irqs.trigger(1, 1);
  } else if (value === valveCommand.raise) {
    irqs.assert(0);
  } else if (value === valveCommand.lower) {
    irqs.deassert(0);
  }
}

/** Answers from offset 8 on later, the others at once. */
class Dumb implements RangeHandler {
  readonly #bytes = new Uint8Array(16);

  read(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    for (let byte = 0; byte < length; byte += 1) {
      data.setUint8(at + byte, this.#bytes[offset + byte] ?? 0);
    }
    return offset < 8 ? length : Promise.resolve(length);
  }

  write(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    for (let byte = 0; byte < length; byte += 1) {
      this.#bytes[offset + byte] = data.getUint8(at + byte);
    }
    return offset < 8 ? length : Promise.resolve(length);
  }
}

/** An open valve in a host of its own, with interposers around it. */
export class ValveBench implements AsyncDisposable {
  private constructor(
    readonly clock: ManualClock,
    readonly host: MdevHost,
    readonly device: Device,
  ) {}

  static open(...interposers: readonly Interposer[]): Promise<ValveBench> {
    return ValveBench.openType('valve-one', interposers);
  }

  static async openType(type: string, interposers: readonly Interposer[]): Promise<ValveBench> {
    const clock = new ManualClock();
    const host = new MdevHost({ clock, interposers });
    await host.load(valveDriver);
    const uuid = '00000000-0000-4000-8000-000000000001';
    await host.create({ parent: 'valve0', type, uuid });
    return new ValveBench(clock, host, await host.open(uuid));
  }

  /** Reads `width` bytes of region 0, or of `region`. */
  async read(offset: number, width: number, region = 0): Promise<Uint8Array> {
    const bytes = new Uint8Array(width);
    await this.device.read(region, offset, bytes);
    return bytes;
  }

  async write(offset: number, bytes: readonly number[], region = 0): Promise<void> {
    await this.device.write(region, offset, Uint8Array.from(bytes));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.device.close();
    await this.host.close();
  }
}
