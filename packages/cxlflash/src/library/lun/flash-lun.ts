import type { MdevError } from '@mdevkit/core';
import type { CommandEngine } from '../command/index.js';
import { failure } from '../../errors/index.js';
import type { Access } from './access.js';
import { BLOCK_BYTES, type Disk } from './disk.js';
import { Operation, type Answer, type OperationOwner } from './operation.js';
import { Results, type Completion } from './results.js';
import { LunTally, type LunStatistics } from './statistics.js';
import { Tags } from './tags.js';

export interface IssueOptions {
  /** Waits while all requests are in use, instead of EAGAIN. */
  readonly wait?: boolean;
  /** A name of the caller's own for the request, 0 .. 2^32 - 1; see `userTag` of {@link ResultOptions}. */
  readonly userTag?: number;
}

export interface ResultOptions {
  /** Waits for the end of the request, which is the default; otherwise the answer is 0 if it has not come. */
  readonly wait?: boolean;
  /** The tag is the caller's own. */
  readonly userTag?: boolean;
}

/** What a LUN needs of its context. */
export interface LunParts {
  readonly engine: CommandEngine;
  readonly disk: Disk;
  readonly access: Access;
  /** `res_hndl` of its requests. */
  readonly resource: number;
  readonly maxRequests: number;
  /** Looks at the disk again. */
  readonly verify: () => Promise<void>;
  /** Gives the handle back. */
  readonly release: () => Promise<void>;
}

/**
 * A whole disk, through one context: reads and writes of blocks of 4096 bytes, one after the other or many at a time.
 *
 * An asynchronous request has a tag until its result is taken. The bytes of a request belong to it until it has ended. An
 * error of the device is an MdevError `cxlflash.*` that tells `afu_rc`, `scsi_rc` and `fc_rc`; what may go well the next time
 * was tried again three times before. When the context or the device is lost everything rejects with EIO or ENODEV.
 *
 * Source: open-power/capiflash src/block/cflash_block.c, src/include/capiblock.h.
 */
export class FlashLun implements AsyncDisposable {
  readonly #parts: LunParts;
  readonly #tags: Tags;
  readonly #results: Results;
  readonly #tally = new LunTally();
  readonly #owner: OperationOwner;
  readonly #idleWaiters: (() => void)[] = [];
  #refusal: MdevError | undefined;
  #closing: Promise<void> | undefined;

  /** Made by a `FlashContext`. */
  constructor(parts: LunParts) {
    this.#parts = parts;
    this.#tags = new Tags(parts.maxRequests);
    this.#results = new Results(parts.maxRequests, ({ tag }) => {
      this.#tags.give(tag);
    });
    this.#owner = {
      ended: (operation) => {
        this.#ended(operation);
      },
      verify: parts.verify,
    };
  }

  /** The number of its disk. */
  get disk(): number {
    return this.#parts.disk.lun;
  }

  /** Blocks that one transfer may have at the most. */
  get maxBlocks(): number {
    return this.#parts.disk.maxBlocks;
  }

  get maxRequests(): number {
    return this.#tags.count;
  }

  get statistics(): LunStatistics {
    const { reads, writes, errors, blocksRead, blocksWritten, retries, active } = this.#tally;
    return { reads, writes, errors, blocksRead, blocksWritten, retries, active };
  }

  /** Blocks of 4096 bytes that the disk has now; it may change, see `FlashContext.events`. */
  size(): number {
    return this.#parts.disk.blocks;
  }

  /**
   * Reads blocks from `lba` on into all of `into`, and answers how many. Waits while all requests are in use.
   *
   * Rejects with EINVAL `cxlflash.transfer`, `cxlflash.range`, `cxlflash.access-mode`, `cxlflash.lun-closed`, ENODEV
   * `cxlflash.lun-gone`, and the errors of the device.
   */
  read(lba: number, into: Uint8Array): Promise<number> {
    return this.#transfer(false, lba, into);
  }

  /** Writes all of `from`, as {@link FlashLun.read} reads. */
  write(lba: number, from: Uint8Array): Promise<number> {
    return this.#transfer(true, lba, from);
  }

  /**
   * Begins a read, and answers its tag, for {@link FlashLun.result}. Rejects as {@link FlashLun.read} before anything was
   * begun, with EAGAIN `cxlflash.would-block` if all requests are in use (unless `wait`), EINVAL `cxlflash.user-tag`.
   */
  aread(lba: number, into: Uint8Array, options: IssueOptions = {}): Promise<number> {
    return this.#issue(false, lba, into, options);
  }

  /** Begins a write, as {@link FlashLun.aread} a read. */
  awrite(lba: number, from: Uint8Array, options: IssueOptions = {}): Promise<number> {
    return this.#issue(true, lba, from, options);
  }

  /**
   * Takes the result of a request: the blocks, or its error. Its tag is free then.
   *
   * Rejects with EINVAL `cxlflash.tag` for a tag out of range or a user tag that nobody gave, ENOMSG `cxlflash.tag-free` for
   * one that no request has, or whose result somebody else took first.
   */
  async result(tag: number, options: ResultOptions = {}): Promise<number> {
    const { wait = true, userTag = false } = options;
    return this.#results.result(this.#results.find(tag, userTag), wait);
  }

  /**
   * Takes the result of the request that ended first. Undefined if none has ended and `wait` is false. Rejects with ENOENT
   * `cxlflash.none-active` if there is none to wait for.
   */
  nextResult(options: { readonly wait?: boolean } = {}): Promise<Completion | undefined> {
    return this.#results.next(options.wait ?? true);
  }

  /**
   * Refuses new requests, waits for the end of those that are active, which comes in time whatever the device does, and gives
   * the handle back. Results that nobody took are lost. Idempotent.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#refusal = failure('cxlflash.lun-closed');
    this.#tags.refuse(this.#refusal);
    if (this.#tally.active > 0) {
      await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    }
    this.#results.drop();
    await this.#parts.release();
  }

  #transfer(isWrite: boolean, lba: number, bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#check(isWrite, lba, bytes);
      const answer = { resolve, reject };
      const tag = this.#tags.take();
      if (tag === undefined) {
        this.#tags
          .wait()
          .then((later) => {
            this.#recheck(later, () => {
              this.#check(isWrite, lba, bytes);
            });
            this.#begin(isWrite, lba, bytes, later, answer);
          })
          .catch(reject);
      } else {
        this.#begin(isWrite, lba, bytes, tag, answer);
      }
    });
  }

  async #issue(
    isWrite: boolean,
    lba: number,
    bytes: Uint8Array,
    { wait = false, userTag }: IssueOptions,
  ): Promise<number> {
    const check = (): void => {
      this.#check(isWrite, lba, bytes);
      if (userTag !== undefined) {
        this.#results.requireUserTag(userTag);
      }
    };
    check();
    let tag = wait ? this.#tags.take() : this.#tags.requireFree();
    if (tag === undefined) {
      tag = await this.#tags.wait();
      this.#recheck(tag, check);
    }
    const operation = this.#operation(isWrite, lba, bytes, tag);
    operation.userTag = userTag;
    this.#results.add(operation);
    this.#submit(operation);
    return tag;
  }

  /** Much may have happened while one waited for a tag. */
  #recheck(tag: number, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#tags.give(tag);
      throw error;
    }
  }

  #begin(isWrite: boolean, lba: number, bytes: Uint8Array, tag: number, answer: Answer): void {
    const operation = this.#operation(isWrite, lba, bytes, tag);
    operation.answers.push(answer);
    operation.isDirect = true;
    this.#submit(operation);
  }

  #submit(operation: Operation): void {
    this.#tally.active += 1;
    this.#parts.engine.submit(operation);
  }

  #operation(isWrite: boolean, lba: number, bytes: Uint8Array, tag: number): Operation {
    const { resource, disk } = this.#parts;
    const blocks = bytes.length / BLOCK_BYTES;
    const request = {
      resource,
      isWrite,
      lba: lba * disk.factor,
      blockCount: blocks * disk.factor,
      bytes,
      blocks,
    };
    return new Operation(this.#owner, request, tag);
  }

  #ended(operation: Operation): void {
    const { isWrite, blocks, error, place } = operation;
    if (error !== undefined && this.#parts.disk.isGone) {
      operation.error = failure('cxlflash.lun-gone', { lun: this.disk }, error);
    }
    this.#tally.ended(isWrite, blocks, error !== undefined);
    this.#tally.retries += place.retries;
    if (operation.isDirect) {
      this.#tags.give(operation.tag);
      for (const answer of operation.answers) {
        operation.answer(answer);
      }
    } else {
      this.#results.ended(operation);
    }
    if (this.#tally.active === 0) {
      for (const resolve of this.#idleWaiters.splice(0)) {
        resolve();
      }
    }
  }

  #check(isWrite: boolean, lba: number, bytes: Uint8Array): void {
    const { disk, access } = this.#parts;
    if (this.#refusal !== undefined) {
      throw this.#refusal;
    }
    if (disk.isGone) {
      throw failure('cxlflash.lun-gone', { lun: disk.lun });
    }
    if (access === (isWrite ? 'read' : 'write')) {
      throw failure('cxlflash.access-mode', { access });
    }
    const blocks = bytes.length / BLOCK_BYTES;
    if (!Number.isInteger(blocks) || blocks < 1 || blocks > disk.maxBlocks) {
      throw failure('cxlflash.transfer', { bytes: bytes.length, maxBlocks: disk.maxBlocks });
    }
    if (!Number.isSafeInteger(lba) || lba < 0 || lba + blocks > disk.blocks) {
      throw failure('cxlflash.range', { lba, blocks, size: disk.blocks });
    }
  }
}
