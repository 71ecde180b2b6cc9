import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MdevError, MdevHost, toDisposable, type Device } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { VfioUserDevice, type VfioUserDeviceOptions } from '../client/index.js';
import { VfioUserServer } from '../server/index.js';
import { benchDriver, REGION_SIZE } from './bench-model.test-support.js';

/** A bench device in the hands of a client, and all that is behind it. */
export interface OpenBench extends AsyncDisposable {
  readonly device: Device;
  readonly host: MdevHost;
  readonly uuid: string;
}

/** A path for a socket, in a directory of its own. */
export class SocketPath implements Disposable {
  readonly path: string;
  readonly #removal: Disposable;

  constructor() {
    const directory = mkdtempSync(join(tmpdir(), 'mdevkit-'));
    this.path = join(directory, 'socket');
    this.#removal = toDisposable(() => {
      rmSync(directory, { recursive: true });
    });
  }

  [Symbol.dispose](): void {
    this.#removal[Symbol.dispose]();
  }
}

/** Gives back what was made, the last first. */
class Cleanup implements AsyncDisposable {
  readonly #owned: (Disposable | AsyncDisposable)[] = [];

  use<T extends Disposable | AsyncDisposable>(owned: T): T {
    this.#owned.push(owned);
    return owned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const owned of this.#owned.splice(0).reverse()) {
      if (Symbol.asyncDispose in owned) {
        await owned[Symbol.asyncDispose]();
      } else {
        owned[Symbol.dispose]();
      }
    }
  }
}

export async function openInProcess(): Promise<OpenBench> {
  const cleanup = new Cleanup();
  const { host, uuid } = await benchHost(cleanup);
  const device = cleanup.use(await host.open(uuid));
  return { device, host, uuid, [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose]() };
}

export async function openOverVfioUser(options?: VfioUserDeviceOptions): Promise<OpenBench> {
  const cleanup = new Cleanup();
  const { host, uuid } = await benchHost(cleanup);
  const { path } = cleanup.use(new SocketPath());
  const server = cleanup.use(VfioUserServer.listen(await host.attach(uuid), { path }));
  server.run();
  const device = cleanup.use(await VfioUserDevice.connect(path, options));
  return { device, host, uuid, [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose]() };
}

async function benchHost(
  cleanup: Cleanup,
): Promise<{ readonly host: MdevHost; readonly uuid: string }> {
  const shared = cleanup.use(SharedMemory.create(REGION_SIZE));
  const host = cleanup.use(new MdevHost());
  await host.load(benchDriver(shared));
  const { uuid } = await host.create({ parent: 'bench0', type: 'bench-one' });
  return { host, uuid };
}

/** What a promise gives, or the name of the errno that it rejects with. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    if (MdevError.is(error)) {
      return error.code;
    }
    throw error;
  }
}
