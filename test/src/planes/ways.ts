import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectControl, ControlServer } from '@mdevkit/control';
import type { AttachedDevice, Control, Device, DmaMap, MdevHost } from '@mdevkit/core';
import { DeviceClient } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { VfioUserDevice, VfioUserServer, type ServerLimits } from '@mdevkit/vfio-user';

/** Memory that a device can reach, and its bytes for the client. */
export interface LentMemory {
  readonly memory: DmaMap['memory'];
  readonly bytes: Uint8Array;
}

/** An mdev in the hands of a client, somewhere. */
export interface OpenWay extends AsyncDisposable {
  readonly device: Device;
  /** No way here answers a call while an earlier one of the same client waits. */
  readonly isConcurrent: false;
  /** Another client of the control plane each time; it ends with the way at the latest. */
  control(): Promise<Control>;
  allocate(size: number): LentMemory;
}

/** A way from a client to an mdev. */
export interface Way {
  readonly name: string;
  readonly open: (host: MdevHost, uuid: string) => Promise<OpenWay>;
}

/** What was made for a way; released in reverse order. */
class Made implements AsyncDisposable {
  readonly #owned: (() => void | Promise<void>)[] = [];

  add(release: () => void | Promise<void>): void {
    this.#owned.push(release);
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
    this.add(() => {
      rmSync(folder, { recursive: true });
    });
    return folder;
  }

  shared(size: number): LentMemory {
    const memory = SharedMemory.create(size);
    this.add(() => {
      memory[Symbol.dispose]();
    });
    const { bytes } = memory;
    if (bytes === undefined) {
      throw new Error('shared memory of this size has bytes');
    }
    return { memory, bytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const release of this.#owned.splice(0).reverse()) {
      await release();
    }
  }
}

async function openControlSocket(host: MdevHost, uuid: string): Promise<OpenWay> {
  const made = new Made();
  const path = join(made.folder(), 'control');
  const attached: AttachedDevice = await host.attach(uuid);
  const device = new DeviceClient(attached.endpoint, () => undefined);
  made.add(() => attached.close());
  made.add(() => device.close());
  const server = ControlServer.listen(attached, { path });
  made.add(() => server.close());
  return {
    device,
    isConcurrent: false,
    control: async () => {
      const control = await connectControl(path);
      made.add(() => control.close());
      return control;
    },
    allocate: (size) => {
      const bytes = new Uint8Array(size);
      return { memory: bytes, bytes };
    },
    [Symbol.asyncDispose]: () => made[Symbol.asyncDispose](),
  };
}

async function openVfioUser(
  host: MdevHost,
  uuid: string,
  limits: Partial<ServerLimits>,
): Promise<OpenWay> {
  const made = new Made();
  const path = join(made.folder(), 'device');
  const server = VfioUserServer.listen(await host.attach(uuid), { path, limits });
  made.add(() => server.close());
  server.run();
  const device = await VfioUserDevice.connect(path);
  made.add(() => device.close());
  return {
    device,
    isConcurrent: false,
    control: () => device.control(),
    allocate: (size) => made.shared(size),
    [Symbol.asyncDispose]: () => made[Symbol.asyncDispose](),
  };
}

/** The device in process, its control plane over a UNIX socket. */
export const overControlSocket: Way = { name: 'over a control socket', open: openControlSocket };

/** Everything inside a vfio-user session. */
export function overVfioUser(limits: Partial<ServerLimits> = {}): Way {
  return { name: 'over vfio-user', open: (host, uuid) => openVfioUser(host, uuid, limits) };
}
