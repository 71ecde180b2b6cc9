import { MemoryStore, type BackingStore } from './store/index.js';

/** What a call of a held store waits for. */
interface HeldCall {
  readonly kind: 'read' | 'write' | 'flush';
  readonly lba: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A memory store whose calls end when a test says so, while it is held. */
export class HeldStore implements BackingStore {
  readonly memory: MemoryStore;
  readonly calls: HeldCall[] = [];
  isHeld = false;
  flushes = 0;

  constructor(blocks: number, blockSize = 4096) {
    this.memory = new MemoryStore({ blocks, blockSize });
  }

  get blocks(): number {
    return this.memory.blocks;
  }

  get blockSize(): number {
    return this.memory.blockSize;
  }

  async read(lba: number, into: Uint8Array): Promise<void> {
    await this.#hold('read', lba);
    await this.memory.read(lba, into);
  }

  async write(lba: number, from: Uint8Array): Promise<void> {
    await this.#hold('write', lba);
    await this.memory.write(lba, from);
  }

  async flush(): Promise<void> {
    this.flushes += 1;
    await this.#hold('flush', 0);
  }

  resize(blocks: number): void {
    this.memory.resize(blocks);
  }

  /** Ends all calls that wait, and holds no more. */
  letGo(error?: Error): void {
    this.isHeld = false;
    for (const call of this.calls.splice(0)) {
      if (error === undefined) {
        call.resolve();
      } else {
        call.reject(error);
      }
    }
  }

  #hold(kind: HeldCall['kind'], lba: number): Promise<void> {
    if (!this.isHeld) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.calls.push({ kind, lba, resolve, reject });
    });
  }
}
