import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Device,
  MdevHost,
  MdevSource,
  MdevType,
  SharedAllocation,
  TypeQuery,
} from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { VfioUserDevice, VfioUserServer } from '@mdevkit/vfio-user';

/** How loads come to devices. A library takes it for a host. */
export interface SoakWay extends MdevSource, AsyncDisposable {
  readonly name: 'in process' | 'vfio-user';
}

/** Memory that both ways can lend: it has a descriptor. */
export function allocateShared(size: number): Required<SharedAllocation> {
  const memory = SharedMemory.create(size);
  const { bytes } = memory;
  const release = (): void => {
    memory[Symbol.dispose]();
  };
  if (bytes === undefined) {
    release();
    throw new Error('shared memory of this size has bytes');
  }
  return { memory, bytes, release };
}

/** The same, for a scope. */
export function lend(size: number): SharedAllocation & Disposable {
  const { memory, bytes, release } = allocateShared(size);
  return { memory, bytes, [Symbol.dispose]: release };
}

export function inProcess(host: MdevHost): SoakWay {
  return {
    name: 'in process',
    findTypes: (query) => host.findTypes(query),
    create: (options) => host.create(options),
    open: (uuid) => host.open(uuid),
    remove: (uuid) => host.remove(uuid, 0),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Every device behind a socket of its own, and its client in this process. */
export class OverVfioUser implements SoakWay {
  readonly name = 'vfio-user';
  readonly #host: MdevHost;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mdevkit-soak-'));
  readonly #servers = new Map<string, VfioUserServer>();
  readonly #devices = new Set<Device>();
  #opened = 0;

  constructor(host: MdevHost) {
    this.#host = host;
  }

  findTypes(query: TypeQuery): readonly MdevType[] {
    return this.#host.findTypes(query);
  }

  create(options: { readonly parent: string; readonly type: string }): Promise<{ uuid: string }> {
    return this.#host.create(options);
  }

  async open(uuid: string): Promise<Device> {
    this.#opened += 1;
    const path = join(this.#folder, String(this.#opened));
    const server = VfioUserServer.listen(await this.#host.attach(uuid), { path });
    this.#servers.set(uuid, server);
    server.run();
    const device = await VfioUserDevice.connect(path, { timeoutMs: 2000 });
    this.#devices.add(device);
    return device;
  }

  async remove(uuid: string): Promise<void> {
    await this.#servers.get(uuid)?.close();
    this.#servers.delete(uuid);
    await this.#host.remove(uuid, 0);
  }

  /** Also of what a load left behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const device of this.#devices) {
      await device.close();
    }
    for (const server of this.#servers.values()) {
      await server.close();
    }
    rmSync(this.#folder, { recursive: true });
  }
}
