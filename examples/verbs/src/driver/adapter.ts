import type { Dma } from '@mdevkit/core';
import type { Fabric } from './fabric.js';
import type { RegisteredMemory } from './memory/registered-memory.js';
import type { QueuePair } from './pair/queue-pair.js';
import type { SharedReceiveQueue } from './queues/shared-receive-queue.js';
import { Holdings, Pools, Registry, type Pool, type Step } from './parts/index.js';

/** What a device uses of the core's port to the client's memory. */
export type MemoryPort = Pick<Dma, 'read' | 'write'>;

/** Queue pairs 0 and 1 are those of the subnet's management. Source: InfiniBand Architecture Specification 3.5.3. */
const FIRST_QPN = 2;
const LAST_QPN = 0xff_ffff;
/** 0 stands for no key. */
const FIRST_KEY = 0x100;
const LAST_KEY = 0xffff_ffff;

/** What all objects of one mdev share: its place on the fabric, its numbers, its way to memory. */
export class Adapter {
  readonly fabric: Fabric;
  readonly pools = new Pools();
  /** Memory regions and windows, by their keys. */
  readonly keys = new Registry<RegisteredMemory>(FIRST_KEY, LAST_KEY);
  readonly queuePairs = new Registry<QueuePair>(FIRST_QPN, LAST_QPN);
  /** Those that initiators name. */
  readonly sharedQueues = new Registry<SharedReceiveQueue>(1, LAST_QPN);
  readonly #step: Step;
  #port: { readonly lid: number; readonly memory: MemoryPort } | undefined;

  constructor(fabric: Fabric, step: Step = () => undefined) {
    this.fabric = fabric;
    this.#step = step;
  }

  /** Where the fabric has this device; 0 while nobody has it open. */
  get lid(): number {
    return this.#port?.lid ?? 0;
  }

  /** Undefined while nobody has it open. */
  get memory(): MemoryPort | undefined {
    return this.#port?.memory;
  }

  open(memory: MemoryPort): void {
    this.#port = { lid: this.fabric.join(this), memory };
  }

  close(): void {
    if (this.#port !== undefined) {
      this.fabric.leave(this.#port.lid);
      this.#port = undefined;
    }
  }

  /** What a new object holds; a place among those of its class at first. */
  holdings(pool: Pool): Holdings {
    const held = new Holdings(this.#step);
    held.take(
      `place ${pool}`,
      () => {
        this.pools.enter(pool);
      },
      () => {
        this.pools.leave(pool);
      },
    );
    return held;
  }
}
