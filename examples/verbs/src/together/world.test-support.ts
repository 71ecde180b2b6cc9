import { MdevError, MdevHost, type ObjectDescriptor } from '@mdevkit/core';
import { expect } from 'chai';
import type { Adapter } from '../driver/adapter.js';
import { SoftFabric } from '../driver/fabric.js';
import { verbsDriver, type VerbsOptions } from '../driver/index.js';
import type { Connect } from './connection.test-support.js';
import { Node } from './node.test-support.js';

/** A fabric that remembers who was on it. */
class WatchedFabric extends SoftFabric {
  readonly seen = new Set<Adapter>();

  override join(adapter: Adapter): number {
    this.seen.add(adapter);
    return super.join(adapter);
  }

  /** What the devices hold at this moment, of everything that they count. */
  get held(): Readonly<Record<string, number>> {
    const held: Record<string, number> = { keys: 0, numbers: 0 };
    for (const { pools, keys, queuePairs, sharedQueues } of this.seen) {
      for (const [pool, count] of Object.entries(pools.counts)) {
        held[pool] = (held[pool] ?? 0) + count;
      }
      held['keys'] = (held['keys'] ?? 0) + keys.size;
      held['numbers'] = (held['numbers'] ?? 0) + queuePairs.size + sharedQueues.size;
    }
    return held;
  }
}

/** Nothing is left of anything. */
export const NOTHING = {
  keys: 0,
  numbers: 0,
  pd: 0,
  mr: 0,
  mw: 0,
  cq: 0,
  srq: 0,
  ah: 0,
  xrcd: 0,
  qp: 0,
} as const;

/** A host with a fabric, whose devices are opened by one way. Closing it proves that nothing is left. */
export class World implements AsyncDisposable {
  readonly fabric = new WatchedFabric();
  readonly #host = new MdevHost();
  readonly #connect: Connect;
  readonly #nodes: Node[] = [];

  private constructor(connect: Connect) {
    this.#connect = connect;
  }

  static async open(connect: Connect, options: VerbsOptions = {}): Promise<World> {
    const world = new World(connect);
    await world.#host.load(verbsDriver({ ...options, fabric: world.fabric }));
    return world;
  }

  /** A client of a new device. */
  async node(): Promise<Node> {
    const { uuid } = await this.#host.create({ parent: 'fabric0', type: 'verbs-hca' });
    const node = await Node.open(await this.#connect(this.#host, uuid));
    this.#nodes.push(node);
    return node;
  }

  async nodes(): Promise<readonly [Node, Node]> {
    return [await this.node(), await this.node()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes) {
      await node[Symbol.asyncDispose]();
    }
    await this.#host[Symbol.asyncDispose]();
    expect(this.fabric.held, 'what the devices hold in the end').to.deep.equal(NOTHING);
    expect(this.fabric.size, 'devices on the fabric in the end').to.equal(0);
  }
}

/** The code of a call that fails, and its reason; `ok` otherwise. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (MdevError.is(error)) {
      return `${error.code} ${error.reason}`;
    }
    throw error;
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

/** The events that are there: `[element, type]`, without the bit of the driver's namespace. */
export async function eventsOf(channel: ObjectDescriptor): Promise<(readonly [bigint, number])[]> {
  const events: (readonly [bigint, number])[] = [];
  const record = new Uint8Array(4096);
  const view = new DataView(record.buffer);
  for (;;) {
    try {
      await channel.read(record, { nonBlocking: true });
    } catch (error) {
      if (MdevError.is(error) && error.code === 'EAGAIN') {
        return events;
      }
      throw error;
    }
    events.push([view.getBigUint64(0, true), view.getUint32(8, true) & 0xffff]);
  }
}
