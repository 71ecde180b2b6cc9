import { MdevHost, type MdevHostOptions, type MdevType } from '@mdevkit/core';
import { deviceConfig, DoeMailbox, functionCapabilities, serveSpdmEmu } from '@mdevkit/doe';
import { VfioUserServer } from '@mdevkit/vfio-user';
import type { Demo } from './demo.js';
import type { DemoType } from './options.js';

/** A host with devices of a demo behind sockets, until it is disposed. */
export class DemoServer implements AsyncDisposable {
  readonly #host: MdevHost;
  readonly #ends: (() => Promise<void>)[] = [];

  private constructor(options: MdevHostOptions) {
    this.#host = new MdevHost(options);
  }

  static async start({ driver }: Demo, options: MdevHostOptions = {}): Promise<DemoServer> {
    const server = new DemoServer(options);
    await server.#host.load(driver);
    return server;
  }

  /** A device behind a UNIX socket. Throws what listening on it throws. */
  async serveDevice(path: string, type: DemoType): Promise<void> {
    const device = await this.#host.attach(await this.#create(type));
    const server = VfioUserServer.listen(device, { path });
    this.#ends.push(() => server.close());
    server.run();
  }

  /** A device of its own whose first DOE Capability is reached over TCP. Returns the port. */
  async serveSpdm(port: number): Promise<number> {
    const device = await this.#host.open(await this.#create('function'));
    this.#ends.push(() => device.close());
    const mailbox = await DoeMailbox.open(
      deviceConfig(device),
      functionCapabilities.attestation.at,
    );
    this.#ends.push(() => mailbox.close());
    const bridge = await serveSpdmEmu(mailbox, { port });
    this.#ends.push(() => bridge.close());
    return bridge.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends.reverse()) {
      await end();
    }
    await this.#host.close();
  }

  async #create(id: MdevType['id']): Promise<string> {
    const { uuid } = await this.#host.create({ parent: 'doe0', type: `doe-${id}` });
    return uuid;
  }
}
