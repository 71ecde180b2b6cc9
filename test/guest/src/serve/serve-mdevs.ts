import { type defineDriver, MdevHost, trackDisposable, trackReleased } from '@mdevkit/core';
import { VfioUserServer } from '@mdevkit/vfio-user';
import { Complaints } from './complaints.js';
import { SocketFolder } from './socket-folder.js';

/** One mdev and where QEMU finds it. */
export interface ServedMdev {
  readonly uuid: string;
  readonly path: string;
  readonly server: VfioUserServer;
}

/**
 * Mdevs of one driver that this process serves, until it is disposed. Made by {@link serveMdevs}.
 *
 * Nothing that a QEMU does, or that is done to it, is worth a warning: disposing throws what was logged as one.
 */
export class ServedMdevs implements AsyncDisposable {
  readonly host: MdevHost;
  readonly #folder = new SocketFolder();
  readonly #logger = new Complaints();
  readonly #mdevs: ServedMdev[] = [];

  constructor() {
    this.host = new MdevHost({ logger: this.#logger });
    trackDisposable(this);
  }

  get all(): readonly ServedMdev[] {
    return this.#mdevs;
  }

  /** The mdev with this number. Throws RangeError if there is none. */
  at(index: number): ServedMdev {
    const mdev = this.#mdevs[index];
    if (mdev === undefined) {
      throw new RangeError(`there are ${this.#mdevs.length} mdevs, and none with number ${index}`);
    }
    return mdev;
  }

  /** One more mdev, of the first parent. */
  async add(type: string): Promise<void> {
    const [parent = ''] = this.host.parents;
    const { uuid } = await this.host.create({ parent, type });
    const server = VfioUserServer.listen(await this.host.attach(uuid), {
      path: this.#folder.socket(`${this.#mdevs.length}.sock`),
      logger: this.#logger,
    });
    this.#mdevs.push({ uuid, path: server.path, server });
    server.run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#mdevs.map(({ server }) => server.close()));
    await this.host.close();
    this.#folder[Symbol.dispose]();
    trackReleased(this);
    if (this.#logger.lines.length > 0) {
      throw new Error(`the server complained:\n${this.#logger.lines.join('\n')}`);
    }
  }
}

/** Serves `count` mdevs of `type` (`DRIVER-ID`), each behind a socket of its own. */
export async function serveMdevs(
  driver: ReturnType<typeof defineDriver>,
  type: string,
  count: number,
): Promise<ServedMdevs> {
  const served = new ServedMdevs();
  try {
    await served.host.load(driver);
    for (let index = 0; index < count; index += 1) {
      await served.add(type);
    }
    return served;
  } catch (error) {
    await served[Symbol.asyncDispose]();
    throw error;
  }
}
