import {
  takeDown,
  trackDisposable,
  trackReleased,
  unlessGone,
  type AfuEvent,
  type MdevError,
  type ObjectDescriptor,
} from '@mdevkit/core';
import { SISL_MSI_RRQ_UPDATED, SISL_MSI_SYNC_ERROR } from '@mdevkit/uapi';
import {
  ALL_ONES,
  ContextClass,
  contextNumber,
  DiskClass,
  HostRegister,
  ResourceClass,
} from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import { CommandEngine, lossOf } from '../command/index.js';
import { FlashLun } from '../lun/index.js';
import { bringUp, type HostWindow } from '../setup/index.js';
import { attachContext, type AttachedContext } from './attach-context.js';
import { driverEvent, type ContextEvent } from './context-event.js';
import { MappedMemory, type ContextParts } from './context-parts.js';
import { detachDisk } from './detach-disk.js';
import type { DiskSet } from './disk-set.js';
import { EventFeed } from './event-feed.js';
import { listen } from './event-loop.js';
import {
  checkContextOptions,
  checkMaxRequests,
  type CheckedContextOptions,
  type ContextOptions,
  type LunOptions,
} from './options.js';

/**
 * A context of a flash AFU: its commands, its disks and what happens to them. When the AFU or the driver gives it up (an error
 * of the context, EIO on its descriptor, registers that read all-ones) everything that has not ended rejects with EIO
 * `cxlflash.context-lost`, or ENODEV `cxlflash.lost` if the device is gone; it can only be closed then.
 *
 * Source: open-power/capiflash src/block/cflash_block_int.c, cblk_chunk_attach_process_map; Documentation/arch/powerpc/cxlflash.rst.
 */
export class FlashContext implements AsyncDisposable {
  /** What the driver calls it. */
  readonly contextId: bigint;
  readonly #parts: ContextParts;
  readonly #options: CheckedContextOptions;
  readonly #descriptor: ObjectDescriptor;
  readonly #window: HostWindow;
  readonly #disks: DiskSet;
  readonly #mapped: MappedMemory;
  readonly #engine: CommandEngine;
  readonly #feed = new EventFeed();
  readonly #onClosed: (context: FlashContext) => void;
  #listening: Promise<void> | undefined;
  #loss: MdevError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    parts: ContextParts,
    options: CheckedContextOptions,
    attached: AttachedContext,
    mapped: MappedMemory,
    onClosed: (context: FlashContext) => void,
  ) {
    this.#parts = parts;
    this.#options = options;
    this.contextId = attached.contextId;
    this.#descriptor = attached.descriptor;
    this.#window = attached.window;
    this.#disks = attached.disks;
    this.#mapped = mapped;
    this.#onClosed = onClosed;
    this.#engine = new CommandEngine({
      window: attached.window,
      memory: mapped.memory,
      clock: parts.clock,
      contextNumber: contextNumber(attached.contextId),
      timeoutMs: options.timeoutMs,
      onLost: (error) => {
        this.#lost(error);
      },
    });
    trackDisposable(this);
  }

  /** Used by `Flash.openContext`. `onClosed` is called once, when it has closed. */
  static async open(
    parts: ContextParts,
    wanted: ContextOptions,
    onClosed: (context: FlashContext) => void,
  ): Promise<FlashContext> {
    const options = checkContextOptions(wanted);
    const mapped = await MappedMemory.map(parts, options.bufferBytes);
    try {
      const attached = await attachContext(parts, options);
      try {
        await bringUp(attached.window, mapped.memory);
      } catch (error) {
        await attached.descriptor.close();
        throw lossOf(error);
      }
      const context = new FlashContext(parts, options, attached, mapped, onClosed);
      context.#listening = context.#listen();
      return context;
    } catch (error) {
      await mapped.unmap();
      throw error;
    }
  }

  /** Why it is of no use any more. */
  get loss(): MdevError | undefined {
    return this.#loss;
  }

  /** The numbers of its disks. */
  get disks(): readonly number[] {
    return this.#disks.numbers;
  }

  /** Commands that were issued again. */
  get retries(): number {
    return this.#engine.retries;
  }

  /**
   * What happens from now on, until the context is closed or lost. A reader may leave 1024 events unread.
   */
  events(): AsyncIterableIterator<ContextEvent, undefined> {
    return this.#feed.reader();
  }

  /**
   * Opens a whole disk of the context (DK_CXLFLASH_USER_DIRECT).
   *
   * Throws EINVAL `cxlflash.argument`, ENOMEM `cxlflash.max-requests`, EINVAL or EMFILE of the driver, EIO or ENODEV once the
   * context is lost, EBADF `cxlflash.closed`.
   */
  async openLun(options: LunOptions = {}): Promise<FlashLun> {
    const maxRequests = checkMaxRequests(options.maxRequests);
    this.#requireUsable();
    const number = options.disk ?? this.#disks.numbers[0] ?? 0;
    const { handle, rsrcHandle, lastLba } = await this.#parts.control.call(
      ResourceClass,
      'userDirect',
      { context: this.#descriptor, contextId: this.contextId, lun: number },
    );
    const release = (): Promise<void> =>
      unlessGone(this.#parts.control.call(ResourceClass, 'release', { handle }));
    const disk = this.#disks.disk(number);
    if (disk === undefined || this.#closing !== undefined) {
      await release();
      throw failure('cxlflash.closed');
    }
    disk.resized(lastLba);
    const lun = new FlashLun({
      engine: this.#engine,
      disk,
      access: this.#options.access,
      resource: rsrcHandle,
      maxRequests,
      verify: () => this.#verify(number),
      release: async () => {
        this.#disks.closed(lun);
        await release();
      },
    });
    this.#disks.opened(lun);
    return lun;
  }

  /**
   * Gives the context another disk (DK_CXLFLASH_ATTACH_REUSE_CONTEXT). Throws EINVAL for one that it has already, EOPNOTSUPP
   * `cxlflash.block-size`.
   */
  async attachDisk(disk: number): Promise<void> {
    this.#requireUsable();
    const { contextId } = this;
    const handle = this.#descriptor;
    const shape = await this.#parts.control.call(ContextClass, 'attachReuse', {
      handle,
      contextId,
      lun: disk,
    });
    try {
      this.#disks.add(disk, shape);
    } catch (error) {
      await unlessGone(this.#detach(disk));
      throw error;
    }
  }

  /**
   * Closes the LUNs of a disk and takes it away; with the last disk the context closes. Throws EBUSY `cxlflash.not-quiet` if
   * the disk is away but the device still works on its commands.
   */
  async detachDisk(disk: number): Promise<void> {
    this.#requireUsable();
    await this.#disks.closeLuns(disk);
    const busy = await this.#detach(disk);
    this.#disks.remove(disk);
    if (this.#disks.numbers.length === 0) {
      await this.close();
    }
    if (busy !== undefined) {
      throw busy;
    }
  }

  /** Everything ends with an error; used when the device is gone. */
  lose(error: MdevError): void {
    this.#engine.lose(error);
  }

  /** Closes its LUNs, which wait for their requests, and gives the context back. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #close(): Promise<void> {
    return takeDown(
      () => this.#disks.closeLuns(),
      () => {
        this.#engine.fail(failure('cxlflash.closed'));
      },
      async () => {
        await this.#descriptor.close();
        await this.#listening;
      },
      () => {
        this.#feed.end();
      },
      () => this.#mapped.unmap(),
      () => {
        trackReleased(this);
        this.#onClosed(this);
      },
    );
  }

  #detach(lun: number): Promise<MdevError | undefined> {
    return detachDisk(this.#parts.control, this.#descriptor, this.contextId, lun);
  }

  #listen(): Promise<void> {
    return listen(this.#descriptor, {
      heard: (event) => {
        this.#heard(event);
      },
      ended: (error) => {
        this.lose(lossOf(error));
      },
    });
  }

  #heard(event: AfuEvent): void {
    switch (event.kind) {
      case 'interrupt':
        this.#interrupted(event.irq);
        break;
      case 'driver':
        this.#told(driverEvent(event.data));
        break;
      case 'fault':
        // The command that ran into it says so itself.
        this.#feed.post({ kind: 'fault', address: event.address, dsisr: event.dsisr });
        break;
      case 'error':
        this.#feed.post({ kind: 'afu-error', error: event.error });
        break;
      case 'other':
        this.#feed.post({ kind: 'unknown', data: event.data });
        break;
    }
  }

  #interrupted(irq: number): void {
    if (irq === SISL_MSI_RRQ_UPDATED) {
      this.#engine.drain();
    } else if (irq === SISL_MSI_SYNC_ERROR) {
      void this.#readStatus();
    }
  }

  #told(event: ContextEvent): void {
    switch (event.kind) {
      case 'lun-capacity':
        this.#disks.disk(event.disk)?.resized(event.lastLba);
        break;
      case 'lun-gone':
        this.#disks.disk(event.disk)?.removed();
        break;
      default:
        break;
    }
    this.#feed.post(event);
    if (event.kind === 'context-error') {
      this.lose(failure('cxlflash.context-lost', { why: 'the driver says so' }));
    }
  }

  /** Any error in the status is one that no command is told of, and that a context does not survive. */
  async #readStatus(): Promise<void> {
    try {
      const status = await this.#window.read(HostRegister.INTR_STATUS);
      if (status === 0n) {
        return;
      }
      if (status !== ALL_ONES) {
        await this.#window.write(HostRegister.INTR_CLEAR, status);
      }
      // What has ended before the error has ended well.
      this.#engine.drain();
      this.lose(failure('cxlflash.context-lost', { intr_status: status }));
    } catch (error) {
      this.lose(lossOf(error));
    }
  }

  /** Source: drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_verify. */
  async #verify(lun: number): Promise<void> {
    const { disk } = await this.#parts.control.call(DiskClass, 'info', { lun });
    this.#disks.disk(lun)?.resized(disk.last_lba);
  }

  #lost(error: MdevError): void {
    this.#loss = error;
    this.#feed.end();
  }

  #requireUsable(): void {
    if (this.#closing !== undefined) {
      throw failure('cxlflash.closed');
    }
    if (this.#loss !== undefined) {
      throw this.#loss;
    }
  }
}
