import { AfuContextEvents, type ControlClientIdentity, type Dma, type Pasid } from '@mdevkit/core';
import { SISL_CTX_CAP_READ_CMD, SISL_CTX_CAP_WRITE_CMD } from '@mdevkit/uapi';
import {
  DiskMode,
  FLASH_EVENT_LINK_UP,
  FlashEventKind,
  MAX_RESOURCES,
  NO_LUN,
} from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import { AfuContext, ContextDma } from '../afu/index.js';
import type { Disk, ParentListener } from '../parent/index.js';
import { DriverEventQueue } from './driver-events.js';
import { ResourceTable, TABLE_BYTES } from './resource-table.js';
import { Resource } from './resource.js';
import type { SliceServices } from './slice-services.js';
import { within } from './within.js';

/** How a context is made. */
export interface ContextSpec {
  readonly number: number;
  readonly contextId: bigint;
  readonly client: ControlClientIdentity;
  /** RHT_PERM_* of all its handles. */
  readonly permission: number;
  readonly interrupts: number;
  /** Whose memory it works in; that of the device without it. */
  readonly pasid?: Pasid | undefined;
}

/** What a user of the AFU may ask it for. */
const USER_CAPABILITIES = SISL_CTX_CAP_READ_CMD | SISL_CTX_CAP_WRITE_CMD;

/**
 * A context: a window of the AFU, a resource table, the disks that its client has attached, and its events. When the last
 * disk goes the context ends; its descriptor still gives what it has.
 *
 * Source: drivers/scsi/cxlflash/superpipe.c, struct ctx_info, create_context, _cxlflash_disk_detach.
 */
export class FlashContext implements ParentListener {
  readonly contextId: bigint;
  readonly number: number;
  readonly client: ControlClientIdentity;
  readonly pasid: Pasid | undefined;
  readonly events: AfuContextEvents;
  readonly afu: AfuContext;
  readonly #services: SliceServices;
  readonly #permission: number;
  readonly #table: ResourceTable;
  readonly #news: DriverEventQueue;
  /** Attached disks by their number, with the handles of each. */
  readonly #disks = new Map<number, Set<Resource>>();
  #ending: Promise<boolean> | undefined;
  #gone: Promise<boolean> | undefined;

  constructor(services: SliceServices, spec: ContextSpec) {
    const { number, contextId, interrupts, pasid } = spec;
    this.#services = services;
    this.contextId = contextId;
    this.number = number;
    this.client = spec.client;
    this.pasid = pasid;
    this.#permission = spec.permission;
    const dma = pasid === undefined ? services.dma : services.dma.withPasid(pasid);
    const table = new ResourceTable(services.tables, number * TABLE_BYTES);
    this.#table = table;
    let events: AfuContextEvents | undefined;
    try {
      events = new AfuContextEvents({
        processElement: number,
        irqs: interrupts,
        logger: services.logger,
      });
      this.events = events;
      this.#news = newsOf(contextId, events);
      this.afu = afuOf(services, spec, table, events, dma);
      services.parent.listen(this);
      events.start();
    } catch (error) {
      // Nothing is left behind.
      services.parent.unlisten(this);
      void events?.free();
      table[Symbol.dispose]();
      throw error;
    }
  }

  /** It has not ended. */
  get isLive(): boolean {
    return this.#ending === undefined;
  }

  /** Throws EINVAL `cxlflash.attached`. */
  attach(disk: Disk): void {
    if (this.#disks.has(disk.index)) {
      throw failure('cxlflash.attached', { lun: disk.index, contextId: this.contextId });
    }
    this.#disks.set(disk.index, new Set());
  }

  /**
   * Releases all handles of a disk, and takes it away; with the last disk the context ends. Whether nothing of that is
   * under way any more. Throws EINVAL `cxlflash.not-attached`.
   */
  async detach(lun: number): Promise<boolean> {
    const resources = this.#resourcesOf(lun);
    if (this.#disks.size === 1) {
      return this.end();
    }
    this.#disks.delete(lun);
    const ends = [...resources].map((resource) => this.#withdraw(resource, true));
    return (await Promise.all(ends)).every((isQuiet) => isQuiet);
  }

  /**
   * Makes a handle of a whole disk. Throws EINVAL `cxlflash.not-attached`, `cxlflash.mode`; EMFILE `cxlflash.resources`.
   */
  open(disk: Disk): Resource {
    const resources = this.#resourcesOf(disk.index);
    disk.claim(DiskMode.PHYSICAL);
    let handle: number;
    try {
      handle = this.#table.take();
    } catch (error) {
      disk.unclaim();
      throw error;
    }
    const resource = new Resource(this, disk, handle);
    resources.add(resource);
    this.#table.publish(handle, disk.lunId, this.#permission, disk.ports);
    return resource;
  }

  /** Ends a handle; waits for commands that use it, for a bounded time. Nothing happens to one that has ended. */
  async release(resource: Resource): Promise<void> {
    if (resource.isLive) {
      this.#disks.get(resource.disk.index)?.delete(resource);
      await this.#withdraw(resource, false);
    }
  }

  /**
   * Ends the context: nothing of it reaches memory from now on but what was under way, which is waited for, for a bounded
   * time. Whether it is quiet. Its number is not free before it is. Idempotent.
   */
  end(): Promise<boolean> {
    return (this.#ending ??= this.#end());
  }

  /** Resolves when the last command is over, maybe long after the end; whether nothing of the context is left then. */
  async whenGone(): Promise<boolean> {
    await this.end();
    return (await this.#gone) ?? false;
  }

  fail(): void {
    if (this.isLive && this.afu.answers) {
      this.afu.fail();
      this.#news.post({ kind: FlashEventKind.CTX_ERROR, lun: NO_LUN }, 0n);
    }
  }

  diskResized(disk: Disk): void {
    if (this.#disks.has(disk.index)) {
      const lun = BigInt(disk.index);
      const value = BigInt(disk.lastLba);
      this.#news.post({ kind: FlashEventKind.LUN_CAPACITY, lun, value }, lun);
    }
  }

  diskRemoved(disk: Disk): void {
    if (this.#disks.has(disk.index)) {
      const lun = BigInt(disk.index);
      this.#news.post({ kind: FlashEventKind.LUN_GONE, lun }, lun);
    }
  }

  portChanged(port: number, up: boolean): void {
    const { parent } = this.#services;
    const leads = parent.disks.some(
      ({ index, ports }) => this.#disks.has(index) && (ports & (1 << port)) !== 0,
    );
    if (leads) {
      const flags = up ? FLASH_EVENT_LINK_UP : 0;
      const value = BigInt(port);
      this.#news.post({ kind: FlashEventKind.PORT_LINK, flags, lun: NO_LUN, value }, value);
    }
  }

  async #end(): Promise<boolean> {
    const { parent, clock, drainMs, logger } = this.#services;
    parent.unlisten(this);
    this.afu.end();
    for (const resources of this.#disks.values()) {
      for (const resource of resources) {
        this.#hide(resource, true);
      }
    }
    this.#disks.clear();
    this.events.detach();
    this.#gone = this.afu.whenQuiet().then(() => this.#unmap());
    const isQuiet = await within(clock, drainMs, this.#gone);
    if (!isQuiet) {
      logger.warn('commands of a context that has ended are still under way', {
        context: this.number,
      });
    }
    return isQuiet && (await this.#gone);
  }

  /** Whether the table is gone; with one that is not, the number is never free. */
  #unmap(): boolean {
    try {
      this.#table[Symbol.dispose]();
      return true;
    } catch (error) {
      this.#services.logger.error('the resource table of a context cannot be unmapped', {
        context: this.number,
        error,
      });
      return false;
    }
  }

  #resourcesOf(lun: number): Set<Resource> {
    const resources = this.#disks.get(lun);
    if (resources === undefined) {
      throw failure('cxlflash.not-attached', { lun, contextId: this.contextId });
    }
    return resources;
  }

  #hide(resource: Resource, byDetach: boolean): void {
    resource.end(byDetach);
    this.#table.unpublish(resource.handle);
    resource.disk.unclaim();
  }

  /** The entry is free when no command uses it any more; whether that is so. */
  async #withdraw(resource: Resource, byDetach: boolean): Promise<boolean> {
    const { clock, drainMs } = this.#services;
    const { handle, disk } = resource;
    this.#hide(resource, byDetach);
    const unused = this.afu.whenUnused(handle).then(() => {
      this.#table.putBack(handle);
    });
    const isQuiet = await within(clock, drainMs, unused);
    if (!isQuiet) {
      const lun = BigInt(disk.index);
      const value = BigInt(handle);
      this.#news.post({ kind: FlashEventKind.SYNC_RETRY, lun, value }, value);
    }
    return isQuiet;
  }
}

function newsOf(contextId: bigint, events: AfuContextEvents): DriverEventQueue {
  const news = new DriverEventQueue(contextId, (count) => events.notify(count));
  events.setDriverOps(news);
  return news;
}

function afuOf(
  services: SliceServices,
  { number, interrupts }: ContextSpec,
  table: ResourceTable,
  events: AfuContextEvents,
  dma: Dma,
): AfuContext {
  return new AfuContext(services, {
    number,
    control: {
      rhtStart: table.start,
      rhtCount: MAX_RESOURCES,
      capabilities: USER_CAPABILITIES,
    },
    dma: new ContextDma(dma, (address, dsisr) => {
      events.fault({ address, dsisr });
    }),
    interrupt: (line) => {
      if (line >= 1 && line <= interrupts) {
        events.interrupt(line);
      }
    },
  });
}
