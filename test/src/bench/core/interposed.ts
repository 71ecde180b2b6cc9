import { MdevHost, type AttachedDevice, type Endpoint, type Interposer } from '@mdevkit/core';
import { againstOwn, micro, type Benchmark, type Measurement } from '../measure/index.js';
import { benchDriver, benchType, STATUS } from './bench-device.js';

const NAME = 'core.region.read4.interposed';

/** What an interposer that does nothing costs each access; the baseline is the same read without one. */
export const coreInterposed: Benchmark = {
  name: 'core.interposed',
  measures: [againstOwn(NAME, 'without interposers')],
  run: async () => {
    const interposer: Interposer = {
      interpose: () => ({ call: (_call, proceed) => proceed() }),
    };
    return [await readsBehind(interposer, NAME)];
  },
};

/** Reads of a register behind an interposer, beside those of a host without one. */
export async function readsBehind(interposer: Interposer, name: string): Promise<Measurement> {
  await using plain = await Attached.make([]);
  await using interposed = await Attached.make([interposer]);
  const data = new DataView(new ArrayBuffer(8));
  return await micro(
    name,
    () => interposed.endpoint.read(0, STATUS, data, 0, 4),
    () => plain.endpoint.read(0, STATUS, data, 0, 4),
  );
}

/** A device of a host of its own, as a transport has it. */
class Attached implements AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly #host: MdevHost;
  readonly #device: AttachedDevice;

  private constructor(host: MdevHost, device: AttachedDevice) {
    this.endpoint = device.endpoint;
    this.#host = host;
    this.#device = device;
  }

  static async make(interposers: readonly Interposer[]): Promise<Attached> {
    const host = new MdevHost({ interposers });
    await host.load(benchDriver());
    const { uuid } = await host.create(benchType);
    return new Attached(host, await host.attach(uuid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device.close();
    await this.#host.close();
  }
}
