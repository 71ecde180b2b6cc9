import { injectable } from 'inversify';
import type { Adapter } from './adapter.js';
import { Registry, WorkList } from './parts/index.js';

/** What joins the mdevs of one parent: who is where, and what is to be done. Nothing takes time on it. */
export interface Fabric {
  readonly work: WorkList;
  /** Gives a device an address (LID), and takes it away again. */
  join(adapter: Adapter): number;
  leave(lid: number): void;
  at(lid: number): Adapter | undefined;
}

export const Fabric: unique symbol = Symbol.for('@mdevkit/example-verbs/Fabric');

/** LIDs of single ports. Source: InfiniBand Architecture Specification 4.1.3. */
const FIRST_LID = 1;
const LAST_LID = 0xbfff;

@injectable()
export class SoftFabric implements Fabric {
  readonly work = new WorkList();
  readonly #adapters = new Registry<Adapter>(FIRST_LID, LAST_LID);

  /** Devices that are open. */
  get size(): number {
    return this.#adapters.size;
  }

  join(adapter: Adapter): number {
    return this.#adapters.add(adapter);
  }

  leave(lid: number): void {
    this.#adapters.delete(lid);
  }

  at(lid: number): Adapter | undefined {
    return this.#adapters.get(lid);
  }
}
