import { DeviceClient, LocalTransport, type Device, type MdevHost } from '@mdevkit/core';
import type { Recording } from '../record/index.js';
import type { ReplayOptions, ReplayResult } from './options.js';
import { Replayer } from './replayer.js';

/**
 * Does to a device, which is open, what the clients of a recording did, and compares: answers, interrupts, events, and what
 * the device writes to memory. What the recorded device read from memory is put there before each call. The same for a
 * device in process and for one behind a socket. Rejects only if the device cannot be closed or opened again.
 *
 * Left out are streams of migrations, memory of further PASIDs, events of objects, and accesses through mappings.
 *
 * @example
 * const { differences } = await replay(recording, await VfioUserDevice.connect(path), { events: false });
 */
export function replay(
  recording: Recording,
  device: Device,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  return new Replayer(recording, device, options).run();
}

/** Which parent and type the mdev for a replay is of; those of the recording without them. */
export interface ReplayTarget {
  readonly parent?: string;
  readonly type?: string;
}

/**
 * Creates an mdev, replays into it and removes it. Errors must have the same reasons. A host whose clock is moved by
 * `options.advance` gives a replay that is exact and takes no time. Throws what creating the mdev throws.
 */
export async function replayInto(
  recording: Recording,
  host: MdevHost,
  { parent, type }: ReplayTarget = {},
  options: Omit<ReplayOptions, 'reopen' | 'control'> = {},
): Promise<ReplayResult> {
  const { mdev } = recording.header;
  const { uuid } = await host.create({ parent: parent ?? mdev.parent, type: type ?? mdev.type });
  const opened = new OpenedMdev(host, uuid);
  try {
    return await replay(recording, await opened.open(), {
      reasons: true,
      waitMs: options.advance === undefined ? 2000 : 0,
      ...options,
      reopen: () => opened.open(),
      control: async () => opened.control(),
    });
  } finally {
    await opened.close();
    await host.remove(uuid, 0);
  }
}

/** An mdev with its control plane, opened as often as its recording was. */
class OpenedMdev {
  readonly #host: MdevHost;
  readonly #uuid: string;
  #attached: Awaited<ReturnType<MdevHost['attach']>> | undefined;
  #device: Device | undefined;

  constructor(host: MdevHost, uuid: string) {
    this.#host = host;
    this.#uuid = uuid;
  }

  async open(): Promise<Device> {
    await this.close();
    this.#attached = await this.#host.attach(this.#uuid);
    this.#device = new DeviceClient(this.#attached.endpoint, () => undefined);
    return this.#device;
  }

  control(): LocalTransport {
    if (this.#attached === undefined) {
      throw new TypeError('the device is not open');
    }
    return new LocalTransport(this.#attached.endpoint.objects.open());
  }

  async close(): Promise<void> {
    await this.#device?.close();
    await this.#attached?.close();
  }
}
