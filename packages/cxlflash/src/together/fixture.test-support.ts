import { ManualClock, MdevError, MdevHost, type Device } from '@mdevkit/core';
import { cxlflashDriver, FlashParent } from '../driver/index.js';
import { HeldStore } from '../driver/held-store.test-support.js';
import { Flash, type FlashOptions } from '../library/index.js';

/** A device that somebody has open, however far away it is. */
export interface Connection {
  readonly device: Device;
  /** What the library needs to know of the way. */
  readonly options?: FlashOptions;
  /** Ends the way, the device's close included. */
  close(): Promise<void>;
}

/** Opens an mdev of a host. */
export type Connect = (host: MdevHost, uuid: string) => Promise<Connection>;

/** In the same process. */
export const inProcess: Connect = async (host, uuid) => {
  const device = await host.open(uuid);
  return { device, close: () => device.close() };
};

/** The reason of what a promise rejects with, `none` if it resolves. */
export async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? error.reason : String(error);
  }
}

/** The same with the errno before it. */
export async function refusalOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

/** Waits until something is so, as long as the event loop has something to do. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (isSo()) {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came');
}

/** Waits until something is so, a millisecond of the clock with each turn of the event loop. */
export async function inTime(clock: ManualClock, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (isSo()) {
      return;
    }
    clock.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came');
}

/** Blocks of the disks of a fixture; the second disk has blocks of 512 bytes. */
export const BLOCKS = 8192;
export const SMALL_BLOCKS = 800;
export const DRAIN_MS = 100;

/** A host with a flash AFU of two disks, and a client with the library. */
export class FlashFixture implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly store = new HeldStore(BLOCKS);
  readonly second = new HeldStore(SMALL_BLOCKS, 512);
  readonly parent = new FlashParent({ disks: [{ store: this.store }, { store: this.second }] });
  readonly host = new MdevHost({ clock: this.clock });
  readonly #connections: Connection[] = [];
  uuid = '';

  static async make(): Promise<FlashFixture> {
    const fixture = new FlashFixture();
    const parents = [{ name: 'flash0', contexts: 64, flash: fixture.parent }];
    await fixture.host.load(
      cxlflashDriver({ parents, slices: [8], limits: { drainMs: DRAIN_MS } }),
    );
    const { uuid } = await fixture.host.create({ parent: 'flash0', type: 'cxlflash-8c' });
    fixture.uuid = uuid;
    return fixture;
  }

  async connect(connect: Connect): Promise<Connection> {
    const connection = await connect(this.host, this.uuid);
    this.#connections.push(connection);
    return connection;
  }

  /** The library on a device of its own. */
  async flash(connect: Connect, options: FlashOptions = {}): Promise<Flash> {
    const connection = await this.connect(connect);
    return Flash.attach(connection.device, {
      clock: this.clock,
      ...connection.options,
      ...options,
    });
  }

  /** The caller closes its devices, while the library still uses them. */
  async disconnect(): Promise<void> {
    for (const connection of this.#connections.splice(0)) {
      await connection.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.store.letGo();
    this.second.letGo();
    await this.disconnect();
    await this.host.close();
    this.parent[Symbol.dispose]();
  }
}

/** Blocks with contents of their own. */
export function pattern(blocks: number, salt: number): Uint8Array {
  const bytes = new Uint8Array(blocks * 4096);
  const words = new Uint32Array(bytes.buffer);
  for (let i = 0; i < words.length; i++) {
    words[i] = Math.imul(i + 1, 0x9e37_79b1) ^ Math.imul(salt + 1, 0x85eb_ca6b);
  }
  return bytes;
}
