import { ManualClock, MdevHost } from '@mdevkit/core';
import { NativeBuffer } from '@mdevkit/linux';
import { VfioUserServer, type ServerLimits } from '@mdevkit/vfio-user';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzzModels, type FuzzModel } from '../models/index.js';
import { DescriptorKit } from './descriptor-kit.js';
import { DisposableLedger } from './ledger.js';
import { patiently } from './patience.js';
import { WatchfulLogger } from './watchful-logger.js';

/** Little of everything, so that limits are met. */
const TIGHT: Partial<ServerLimits> = {
  maxDataXferSize: 0x1000,
  maxMsgFds: 4,
  maxDmaMaps: 8,
  maxBitmapSize: 0x1000,
  writeMultiple: true,
  queuedCommands: 8,
  queuedBytes: 0x2000,
  outboundBytes: 0x8000,
  dmaInFlight: 3,
};
/** Less than by default where a session costs what its largest message has. */
const USUAL: Partial<ServerLimits> = {
  maxDataXferSize: 0x1_0000,
  maxBitmapSize: 0x1_0000,
  outboundBytes: 0x4_0000,
  queuedBytes: 0x10_0000,
};

/** Bytes that go out or come in at once. */
const BUFFER = 0x4_0000;

/** What stays from sequence to sequence: hosts of the devices, a folder for sockets, descriptors to send. */
export class Target implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly logger = new WatchfulLogger();
  readonly ledger = new DisposableLedger();
  readonly buffer = NativeBuffer.allocate(BUFFER);
  kit = new DescriptorKit();
  readonly path: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
  readonly #hosts = new Map<string, MdevHost>();

  private constructor() {
    this.path = join(this.#folder, 's');
  }

  static async open(): Promise<Target> {
    const target = new Target();
    for (const { name, driver } of fuzzModels) {
      const { clock, logger } = target;
      const host = new MdevHost({ clock, logger, handlerDeadlineMs: 3000 });
      target.#hosts.set(name, host);
      await host.load(driver);
    }
    return target;
  }

  /** A server in stepping mode over a new device of this model. */
  async serve(model: FuzzModel, tight: boolean): Promise<ServedModel> {
    const host = this.#hosts.get(model.name);
    if (host === undefined) {
      throw new RangeError(`there is no model ${model.name}`);
    }
    const { parent, type } = model;
    const { uuid } = await host.create({ parent, type });
    const { path, clock, logger } = this;
    const server = VfioUserServer.listen(await host.attach(uuid), {
      path,
      clock,
      logger,
      limits: tight ? TIGHT : USUAL,
    });
    return {
      server,
      maxTransfer: (tight ? TIGHT.maxDataXferSize : USUAL.maxDataXferSize) ?? 0x10_0000,
      [Symbol.asyncDispose]: async () => {
        await patiently(clock, 'the end of the server', server.close());
        await patiently(clock, 'the removal of the mdev', host.remove(uuid));
      },
    };
  }

  /** New ones: what devices have written into the memory is given back. */
  renewKit(): void {
    this.kit[Symbol.dispose]();
    this.kit = new DescriptorKit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts.values()) {
      await patiently(this.clock, 'the end of a host', host.close());
    }
    this.kit[Symbol.dispose]();
    this.buffer[Symbol.dispose]();
    this.ledger[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

export interface ServedModel extends AsyncDisposable {
  readonly server: VfioUserServer;
  /** Bytes of the largest transfer that the server takes. */
  readonly maxTransfer: number;
}

/** How many descriptors this process has. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
