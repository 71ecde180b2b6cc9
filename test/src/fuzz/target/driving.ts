import type { VfioUserServer } from '@mdevkit/vfio-user';
import { messageOf, versionPayload } from '../message/index.js';
import type { Random } from '../random/index.js';
import type { Action, DescriptorKind } from '../sequence/index.js';
import { FuzzFailure } from './fuzz-failure.js';
import { HostileClient } from './hostile-client.js';
import { microtasks } from './patience.js';
import type { ServedModel, Target } from './target.js';

const HELLO = messageOf(1, versionPayload('{"capabilities":{"max_msg_fds":8}}\0'), { id: 1 });
/** Header and the fixed part of a transfer. */
const LARGEST_FIXED = 32;
/** Steps of a server between two looks at what it says. */
const STEPS = 64;
/** Rounds without an end: the server, the device or this client goes round in circles. */
const MOST_ROUNDS = 20_000;

/** A client and a server in one thread, each doing its part in turn. */
export class Driving implements Disposable {
  readonly server: VfioUserServer;
  readonly errnos = new Map<number, number>();
  readonly #target: Target;
  readonly #served: ServedModel;
  readonly #random: Random;
  #client: HostileClient;

  constructor(target: Target, served: ServedModel, random: Random) {
    this.#target = target;
    this.#served = served;
    this.server = served.server;
    this.#random = random;
    this.#client = this.connect();
  }

  async act(action: Action): Promise<void> {
    switch (action.kind) {
      case 'send':
        if (this.#client.ended) {
          await this.#comeBack();
        }
        this.#send(action.bytes, action.fds, action.cuts);
        return;
      case 'process':
        return this.#process();
      case 'half-close':
        this.#client.halfClose();
        return;
      case 'reconnect':
        await this.hangUp();
        this.#client = this.connect();
        await this.accepted();
        return;
      case 'deaf':
        this.#client.deaf = action.on;
        return;
      case 'cut-file':
        this.#target.kit.cutFile();
        await this.#process();
        this.#target.kit.restoreFile();
        return;
      case 'time':
        await this.#process();
        this.#target.clock.advance(action.milliseconds);
        return this.#process();
    }
  }

  /** Waits for every reply that is due. Throws FuzzFailure if one does not come. */
  async finish(): Promise<void> {
    this.#client.deaf = false;
    for (let round = 0, idle = 0; ; round++) {
      await this.#process();
      const { expected, ended, isStuck } = this.#client;
      if (ended || (expected.open === 0 && !isStuck)) {
        break;
      }
      idle = this.#isIdle() && !isStuck ? idle + 1 : 0;
      if (round >= MOST_ROUNDS || idle > 8) {
        throw new FuzzFailure(`no reply to ${expected.nextOpen}, one of ${expected.open}`);
      }
      this.#target.clock.advance(500);
    }
    this.#client.checkEnd();
  }

  /** The client goes away, and the device lets go of it. Throws FuzzFailure if the server does not notice. */
  async hangUp(): Promise<void> {
    for (const [errno, count] of this.#client.errnos) {
      this.errnos.set(errno, (this.errnos.get(errno) ?? 0) + count);
    }
    this.#client[Symbol.dispose]();
    for (let round = 0; this.server.session !== undefined; round++) {
      for (let step = 0; step < STEPS; step++) {
        this.server.processOne();
      }
      await microtasks();
      if (round > 10) {
        this.#target.clock.advance(1000);
      }
      if (round > 1000) {
        throw new FuzzFailure('the server does not notice that its client is gone');
      }
    }
  }

  /** A client that has said nothing yet. */
  connect(): HostileClient {
    const { path, buffer } = this.#target;
    const { maxTransfer } = this.#served;
    const client = new HostileClient({
      path,
      buffer,
      random: this.#random,
      largest: maxTransfer + LARGEST_FIXED,
      maxTransfer,
    });
    this.server.acceptOne();
    return client;
  }

  /** Waits until the device is ready for a client. Throws FuzzFailure if it takes for ever. */
  async accepted(): Promise<void> {
    for (let round = 0; this.server.session === undefined; round++) {
      if (round > 100) {
        throw new FuzzFailure('no client is accepted any more');
      }
      this.#target.clock.advance(round > 3 ? 1000 : 0);
      await microtasks();
      this.server.acceptOne();
    }
  }

  /** The reply to what this client has asked. Throws FuzzFailure if none comes. */
  async replyTo(client: HostileClient): Promise<Uint8Array> {
    for (let round = 0; round < 100; round++) {
      this.#step();
      await microtasks();
      client.receive();
      const reply = client.takeLastReply();
      if (reply !== undefined) {
        return reply;
      }
      this.#target.clock.advance(round > 3 ? 500 : 0);
    }
    throw new FuzzFailure(`a client that behaves gets no reply to ${client.expected.nextOpen}`);
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }

  /** The server has closed the connection: the rest of the sequence is for a new one. */
  async #comeBack(): Promise<void> {
    this.#client.checkEnd();
    await this.hangUp();
    this.#client = this.connect();
    await this.accepted();
    this.#client.send(HELLO);
  }

  #send(bytes: Uint8Array, kinds: readonly DescriptorKind[], cuts: readonly number[]): void {
    const { kit } = this.#target;
    const fds = kinds.map((kind) => kit.fdOf(kind, this.#client.stream.fd));
    let start = 0;
    for (const end of [...cuts.filter((cut) => cut < bytes.length), bytes.length]) {
      if (!this.#client.closed) {
        // Descriptors go with the first piece.
        this.#client.send(bytes.subarray(start, end), start === 0 ? fds : []);
      }
      if (end < bytes.length) {
        this.#step();
      }
      start = end;
    }
  }

  /** As long as anybody gets on. */
  async #process(): Promise<void> {
    for (let round = 0, still = 0; still < 3; round++) {
      if (round > MOST_ROUNDS) {
        throw new FuzzFailure('the server never comes to rest');
      }
      const before = this.#commands;
      const busy = this.#step();
      const came = this.#client.receive();
      const went = this.#client.flush();
      await microtasks();
      const begun = this.#commands !== before;
      still = busy || came || went || begun ? 0 : still + 1;
    }
  }

  /** Lets the server work a little; whether it did. */
  #step(): boolean {
    let worked = false;
    if (this.server.session === undefined) {
      worked = this.server.acceptOne().kind === 'accepted';
    }
    for (let step = 0; step < STEPS; step++) {
      const { kind } = this.server.processOne();
      if (kind === 'idle' || kind === 'held') {
        return worked;
      }
      worked = true;
      if (kind === 'disconnected') {
        return true;
      }
    }
    return worked;
  }

  /** That this session has begun. */
  get #commands(): number | undefined {
    return this.server.session?.counters.commands;
  }

  #isIdle(): boolean {
    return this.server.session?.held === undefined && this.#target.clock.pendingCount === 0;
  }
}
