import { MdevHost, type Device } from '@mdevkit/core';
import {
  doeDriver,
  fixedMeasurements,
  functionName,
  issueAuthority,
  issueIdentity,
  type DoeDriverOptions,
  type Measurement,
  type Validity,
} from '../driver/index.js';
import {
  deviceConfig,
  openDoe,
  type AttestationPolicy,
  type DoeMailbox,
} from '../library/index.js';

/** A device that somebody has open, however far away it is. */
export interface Connection {
  readonly device: Device;
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

export const validity: Validity = {
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2056-01-01T00:00:00Z'),
};

export const measured: readonly Measurement[] = [
  { index: 1, type: 0, value: Uint8Array.of(1, 2, 3) },
  { index: 5, type: 1, value: new Uint8Array(300).fill(7) },
];

/** A root, an identity below it, and a policy that trusts just that. Made once: keys take their time. */
export async function makeTrust(): Promise<{
  readonly options: DoeDriverOptions;
  readonly policy: AttestationPolicy;
}> {
  const authority = await issueAuthority({ validity });
  const identity = await issueIdentity({
    authority,
    intermediate: true,
    validity,
    cma: functionName,
  });
  return {
    options: { spdm: { slots: { 0: identity }, measurements: fixedMeasurements(measured) } },
    policy: {
      roots: [authority.certificate],
      now: new Date('2027-01-01T00:00:00Z'),
      measurements: Object.fromEntries(measured.map(({ index, value }) => [index, { raw: value }])),
    },
  };
}

/** A function in the hands of a requester. */
export class Bench implements AsyncDisposable {
  readonly device: Device;
  readonly mailboxes: readonly DoeMailbox[];
  readonly #host: MdevHost;
  readonly #connection: Connection;

  private constructor(host: MdevHost, connection: Connection, mailboxes: readonly DoeMailbox[]) {
    this.#host = host;
    this.#connection = connection;
    this.device = connection.device;
    this.mailboxes = mailboxes;
  }

  static async open(connect: Connect, options: DoeDriverOptions, type: string): Promise<Bench> {
    const host = new MdevHost();
    await host.load(doeDriver(options));
    const { uuid } = await host.create({ parent: 'doe0', type: `doe-${type}` });
    const connection = await connect(host, uuid);
    const { mailboxes, failed } = await openDoe(deviceConfig(connection.device));
    if (failed.length > 0) {
      throw new Error(`a DOE Capability failed: ${String(failed[0]?.error)}`);
    }
    return new Bench(host, connection, mailboxes);
  }

  /** The mailbox of the DOE Capability at a config offset. */
  at(offset: number): DoeMailbox {
    const mailbox = this.mailboxes.find(({ at }) => at === offset);
    if (mailbox === undefined) {
      throw new Error(`there is no DOE Capability at 0x${offset.toString(16)}`);
    }
    return mailbox;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.mailboxes.map((mailbox) => mailbox.close()));
    await this.#connection.close();
    await this.#host.close();
  }
}
