import type { MdevError } from '@mdevkit/core';
import { failure } from '../../errors/index.js';
import { Fifo } from '../memory/index.js';
import type { Operation } from './operation.js';

/** How an asynchronous request ended. */
export interface Completion {
  readonly tag: number;
  /** If the caller gave it one. */
  readonly userTag?: number;
  /** Blocks that were transferred: all, or 0 with an error. */
  readonly blocks: number;
  readonly error?: MdevError;
}

interface NextWaiter {
  readonly resolve: (completion: Completion) => void;
  readonly reject: (error: MdevError) => void;
}

/**
 * The asynchronous requests of a LUN whose results nobody has taken yet. A result is taken exactly once: by one who waits for
 * its tag, else by one who waits for any, else by the first who asks.
 *
 * Source: open-power/capiflash src/block/cflash_block.c, cblk_aresult.
 */
export class Results {
  readonly #count: number;
  readonly #taken: (operation: Operation) => void;
  readonly #byTag = new Map<number, Operation>();
  readonly #byUserTag = new Map<number, Operation>();
  /** Those that are over, the first to end first. */
  readonly #over = new Set<Operation>();
  readonly #waiting = new Fifo<NextWaiter>();

  /** `count` tags there are; `taken` is called when the tag of an operation is free again. */
  constructor(count: number, taken: (operation: Operation) => void) {
    this.#count = count;
    this.#taken = taken;
  }

  /** Throws EINVAL `cxlflash.user-tag`. */
  requireUserTag(userTag: number): void {
    const isTag = Number.isInteger(userTag) && userTag >= 0 && userTag <= 0xffff_ffff;
    if (!isTag || this.#byUserTag.has(userTag)) {
      throw failure('cxlflash.user-tag', { tag: userTag });
    }
  }

  add(operation: Operation): void {
    this.#byTag.set(operation.tag, operation);
    if (operation.userTag !== undefined) {
      this.#byUserTag.set(operation.userTag, operation);
    }
  }

  /** An operation that was added is over. */
  ended(operation: Operation): void {
    const [first, ...others] = operation.answers;
    if (first !== undefined) {
      this.#take(operation);
      operation.answer(first);
      for (const { reject } of others) {
        reject(failure('cxlflash.tag-free', { tag: operation.tag }));
      }
      return;
    }
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#over.add(operation);
      return;
    }
    this.#take(operation);
    waiter.resolve(completionOf(operation));
  }

  /**
   * The operation of a tag. Throws EINVAL `cxlflash.tag` for one out of range or a user tag that nobody has, ENOMSG
   * `cxlflash.tag-free`.
   */
  find(tag: number, isUserTag: boolean): Operation {
    if (isUserTag) {
      const operation = this.#byUserTag.get(tag);
      if (operation === undefined) {
        throw failure('cxlflash.tag', { userTag: tag });
      }
      return operation;
    }
    if (!Number.isInteger(tag) || tag < 0 || tag >= this.#count) {
      throw failure('cxlflash.tag', { tag });
    }
    const operation = this.#byTag.get(tag);
    if (operation === undefined) {
      throw failure('cxlflash.tag-free', { tag });
    }
    return operation;
  }

  /** The blocks of an operation that may be over; 0 if it is not and nobody waits. */
  async result(operation: Operation, wait: boolean): Promise<number> {
    if (!operation.isOver) {
      return wait
        ? new Promise((resolve, reject) => {
            operation.answers.push({ resolve, reject });
          })
        : 0;
    }
    this.#take(operation);
    if (operation.error !== undefined) {
      throw operation.error;
    }
    return operation.blocks;
  }

  /** The next that is over. Throws ENOENT `cxlflash.none-active`. */
  async next(wait: boolean): Promise<Completion | undefined> {
    if (this.#byTag.size === 0) {
      throw failure('cxlflash.none-active');
    }
    const [operation] = this.#over;
    if (operation !== undefined) {
      this.#take(operation);
      return completionOf(operation);
    }
    return wait
      ? new Promise((resolve, reject) => {
          this.#waiting.push({ resolve, reject });
        })
      : undefined;
  }

  /** Nobody may take the rest any more. */
  drop(): void {
    for (const operation of [...this.#over]) {
      this.#take(operation);
    }
  }

  #take(operation: Operation): void {
    this.#over.delete(operation);
    this.#byTag.delete(operation.tag);
    if (operation.userTag !== undefined) {
      this.#byUserTag.delete(operation.userTag);
    }
    this.#taken(operation);
    if (this.#byTag.size === 0) {
      for (const { reject } of this.#waiting.takeAll()) {
        reject(failure('cxlflash.none-active'));
      }
    }
  }
}

function completionOf({ tag, userTag, blocks, error }: Operation): Completion {
  return {
    tag,
    ...(userTag === undefined ? {} : { userTag }),
    ...(error === undefined ? { blocks } : { blocks: 0, error }),
  };
}
