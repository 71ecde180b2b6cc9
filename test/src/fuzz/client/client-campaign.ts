import { ManualClock, MdevError, type Device } from '@mdevkit/core';
import { EventFd, NativeBuffer, UnixStream } from '@mdevkit/linux';
import { VfioUserDevice } from '@mdevkit/vfio-user';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { Random } from '../random/index.js';
import { DescriptorKit, DisposableLedger, FuzzFailure, openDescriptors } from '../target/index.js';
import { someCall } from './calls.js';
import { HostileServer } from './hostile-server.js';

const MOST_ROUNDS = 400;
const MOST_TURNS = 50;
const BUFFER = 0x4_0000;

export interface ClientCampaignOptions {
  readonly seed: number;
  /** Replies of the server. */
  readonly messages: number;
  /** The connection to begin with. */
  readonly first?: number;
}

export interface ClientCampaignSummary {
  readonly messages: number;
  readonly connections: number;
  readonly calls: number;
  /** How often which reason came; `ok` is none. */
  readonly outcomes: ReadonlyMap<string, number>;
}

/**
 * Lets a hostile server answer a client: every call must end with a value or an error of the project, and nothing may
 * stay. Rejects with FuzzFailure, which names the seed.
 */
export async function runClientCampaign(
  options: ClientCampaignOptions,
): Promise<ClientCampaignSummary> {
  const { seed, messages, first = 0 } = options;
  using ledger = new DisposableLedger();
  using kit = new DescriptorKit();
  using buffer = NativeBuffer.allocate(BUFFER);
  const outcomes = new Map<string, number>();
  let sent = 0;
  let calls = 0;
  let index = first;
  for (; sent < messages; index++) {
    try {
      const descriptors = openDescriptors();
      const disposables = ledger.count;
      const visit = new Visit(new Random(seed, index), kit, buffer, outcomes);
      await visit.run();
      sent += visit.sent;
      calls += visit.calls;
      await checkLeft(ledger, descriptors, disposables);
    } catch (error) {
      throw new FuzzFailure(`client, seed ${seed}, connection ${index}: ${String(error)}`, {
        cause: error,
      });
    }
  }
  return { messages: sent, connections: index - first, calls, outcomes };
}

/** One connection from its beginning to its end. */
class Visit {
  calls = 0;
  readonly #random: Random;
  readonly #clock = new ManualClock();
  readonly #server: HostileServer;
  readonly #stream: UnixStream;
  readonly #outcomes: Map<string, number>;

  constructor(
    random: Random,
    kit: DescriptorKit,
    buffer: NativeBuffer,
    outcomes: Map<string, number>,
  ) {
    const [ours, theirs] = UnixStream.pair();
    const share = random.pick([0, 10, 30, 60]);
    this.#random = random;
    this.#stream = ours;
    this.#outcomes = outcomes;
    this.#server = new HostileServer({ stream: theirs, buffer, kit, random, share });
  }

  get sent(): number {
    return this.#server.sent;
  }

  async run(): Promise<void> {
    using _server = this.#server;
    const polling = { maxSpins: 0 };
    const device = await this.#outcome(
      VfioUserDevice.connect(this.#stream, { clock: this.#clock, polling }),
    );
    if (device !== undefined) {
      await this.#use(device);
    }
  }

  async #use(device: Device): Promise<void> {
    using eventfd = EventFd.create();
    const mappings: Disposable[] = [];
    const random = this.#random;
    for (let count = random.between(1, 20); count > 0; count--) {
      await this.#outcome(someCall({ device, random, eventfd, mappings }));
    }
    mappings.forEach((mapping) => mapping[Symbol.dispose]());
    await this.#outcome(device.close());
  }

  /** Serves until the call has ended. */
  async #outcome<T>(call: Promise<T>): Promise<T | undefined> {
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
    call.then(
      (value) => {
        outcome = { value };
      },
      (error: unknown) => {
        outcome = { error };
      },
    );
    this.calls++;
    for (let round = 0; outcome === undefined; round++) {
      if (round > MOST_ROUNDS) {
        throw new FuzzFailure('a call never ends');
      }
      while (this.#server.serve());
      await turnOfTheLoop();
      if (round > 8) {
        this.#clock.advance(500);
      }
    }
    return this.#note(outcome);
  }

  #note<T>(outcome: { readonly value: T } | { readonly error: unknown }): T | undefined {
    if ('value' in outcome) {
      this.#count('ok');
      return outcome.value;
    }
    if (!MdevError.is(outcome.error)) {
      throw new FuzzFailure('a call rejects with what is no error of the project', {
        cause: outcome.error,
      });
    }
    this.#count(outcome.error.reason);
    return undefined;
  }

  #count(reason: string): void {
    this.#outcomes.set(reason, (this.#outcomes.get(reason) ?? 0) + 1);
  }
}

async function checkLeft(
  ledger: DisposableLedger,
  descriptors: number,
  disposables: number,
): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS && openDescriptors() !== descriptors; turn++) {
    await turnOfTheLoop();
  }
  const left = openDescriptors() - descriptors;
  if (left !== 0 || ledger.count !== disposables) {
    throw new FuzzFailure(`left: ${left} descriptors, ${ledger.beyond(disposables).join(' ')}`);
  }
}
