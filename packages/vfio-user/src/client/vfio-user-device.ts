import {
  failure as coreFailure,
  irqCallback,
  safeLogger,
  silentLogger,
  SystemClock,
  trackDisposable,
  trackReleased,
  type AddressSpace,
  type Clock,
  type Control,
  type Device,
  type DeviceEvent,
  type DeviceInfo,
  type DmaMap,
  type FeatureReply,
  type Iova,
  type IrqInfo,
  type Logger,
  type Mapping,
  type MigrationData,
  type PasidBinding,
  type RegionInfo,
  type SetIrqs,
  requireBytes,
  requireDmaMap,
  requireIova,
  requireNumber,
  requireSetIrqs,
  requireSpace,
} from '@mdevkit/core';
import { Patience, UnixStream, type PatienceOptions } from '@mdevkit/linux';
import {
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_PCI_REQ_IRQ_INDEX,
  VFIO_USER_DEVICE_GET_INFO,
  VFIO_USER_DEVICE_GET_IRQ_INFO,
  VFIO_USER_DEVICE_RESET,
  VfioIrqInfo,
  VfioUserDeviceInfo,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { Capabilities } from '../protocol/index.js';
import { clientLimits, type ClientLimits } from './client-limits.js';
import { openLink, type DeviceLink } from './device-link.js';
import { RegionMapping } from './region-mapping.js';

/** Longer than a server needs that has to be woken: its first answers come in some 30 microseconds. */
const CLIENT_PATIENCE = { maxSpins: 256, tryAgain: 128 };

/** How a device of another process is reached; everything has a default. */
export interface VfioUserDeviceOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Told of what no caller can be told. Default: nobody. */
  readonly logger?: Logger;
  /** Milliseconds that a reply may take before the server is given up. Default: 5000. */
  readonly timeoutMs?: number;
  /** What this side lets the server use. */
  readonly limits?: Partial<ClientLimits>;
  /**
   * Whether a socket of its own is asked for the server's DMA messages, so that a server may wait for memory while it
   * carries a command out. Default: true.
   */
  readonly twinSocket?: boolean;
  /** How long the socket is looked at for a reply before that is left to the event loop. Default: 256 looks. */
  readonly polling?: PatienceOptions;
  /**
   * Whether writes to regions are sent without waiting for an answer. They are carried out in order, before any later
   * command, but nobody hears of one that failed. Default: false.
   */
  readonly postedWrites?: boolean;
  /**
   * How descriptors of the server are mapped. `safe` maps only what cannot be shrunk; with a `trusted` server anything,
   * and it can end this process by shrinking it. Default: `safe`.
   */
  readonly memory?: 'safe' | 'trusted';
}

const DEFAULT_TIMEOUT_MS = 5000;
const BIND = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;

/**
 * The device contract over a connection to a vfio-user server, which may be a process of any kind. What it refuses are
 * errors with the errno of its reply and the reason `vfio-user.remote`; what is checked on this side has the reasons
 * of a device in process. A server that is gone is as a device that was revoked: ENODEV `device.revoked`.
 *
 * Three things differ from a device in process. An interrupt reaches its target by the event loop, so maybe later than
 * the result of the call that caused it. A `request` event comes from PCI devices only and tells no time of grace. And a
 * DMA fault that the server finds by itself is not reported.
 *
 * Source: docs/interop/vfio-user.rst.
 */
export class VfioUserDevice implements Device {
  readonly #link: DeviceLink;
  readonly #logger: Logger;
  readonly #postsWrites: boolean;
  readonly #mappings = new Set<RegionMapping>();
  #closing: Promise<void> | undefined;
  #hearsRequests = false;

  private constructor(link: DeviceLink, logger: Logger, postsWrites: boolean) {
    this.#link = link;
    this.#logger = logger;
    this.#postsWrites = postsWrites;
    trackDisposable(this);
  }

  /**
   * Connects to a server that listens at a path, or takes over a stream that is connected; it is disposed if this
   * throws, too. Throws `linux.call` if nobody listens, ETIMEDOUT `vfio-user.no-reply`, EPROTO `vfio-user.bad-reply`,
   * `vfio-user.version-…` if the two do not understand each other, and RangeError for options that make no sense.
   */
  static async connect(
    server: string | UnixStream,
    options: VfioUserDeviceOptions = {},
  ): Promise<VfioUserDevice> {
    const logger = safeLogger(options.logger ?? silentLogger);
    const limits = clientLimits(options.limits);
    const patience = new Patience(options.polling, CLIENT_PATIENCE);
    const postedWrites = options.postedWrites ?? false;
    const stream = typeof server === 'string' ? UnixStream.connect(server) : server;
    const link = await openLink(stream, {
      clock: options.clock ?? new SystemClock(),
      logger,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      limits,
      twinSocket: options.twinSocket ?? true,
      patience,
      postedWrites,
      trusted: options.memory === 'trusted',
    });
    return new VfioUserDevice(link, logger, postedWrites);
  }

  /** What the server can do, as it said when the connection was made. */
  get server(): Capabilities {
    return this.#link.server;
  }

  async info(): Promise<DeviceInfo> {
    const { connection, info } = this.#live();
    connection.requireLive();
    return info;
  }

  async regionInfo(index: number): Promise<RegionInfo> {
    const { regions } = this.#live();
    requireNumber('index', index);
    return regions.info(index);
  }

  async irqInfo(index: number): Promise<IrqInfo> {
    const { connection } = this.#live();
    requireNumber('index', index);
    if (!Number.isInteger(index) || index < 0 || index > 0xffff_ffff) {
      throw coreFailure('irq.index', { index });
    }
    const request = VfioIrqInfo.encode({ argsz: VfioIrqInfo.size, index });
    const reply = await connection.ask(VFIO_USER_DEVICE_GET_IRQ_INFO, request);
    if (reply.length < VfioIrqInfo.size) {
      throw failure('vfio-user.bad-reply', { problem: 'an irq info is cut', index });
    }
    const info = VfioIrqInfo.decode(reply);
    if (info.index !== index) {
      throw failure('vfio-user.bad-reply', { problem: 'the info of another irq index', index });
    }
    return { index, flags: info.flags, count: info.count };
  }

  /** Always 0: a server that has fewer vectors than are wanted answers with an error. */
  async setIrqs(request: SetIrqs): Promise<number> {
    const { connection, irqs } = this.#live();
    requireSetIrqs(request);
    connection.requireLive();
    return irqs.set(request);
  }

  async read(region: number, offset: number, into: Uint8Array): Promise<number> {
    const { regions } = this.#live();
    requireNumber('region', region);
    requireNumber('offset', offset);
    requireBytes('into', into);
    return regions.read(region, offset, into);
  }

  async write(region: number, offset: number, from: Uint8Array): Promise<number> {
    const { regions } = this.#live();
    requireNumber('region', region);
    requireNumber('offset', offset);
    requireBytes('from', from);
    return regions.write(region, offset, from);
  }

  async mmap(region: number, offset: number, length: number): Promise<Mapping> {
    const { regions, connection } = this.#live();
    requireNumber('region', region);
    requireNumber('offset', offset);
    requireNumber('length', length);
    const memory = await regions.map(region, offset, length);
    const { bytes } = memory;
    if (bytes === undefined || this.#closing !== undefined) {
      memory[Symbol.dispose]();
      throw bytes === undefined
        ? coreFailure('region.mmap', { region, offset, length })
        : coreFailure('device.closed');
    }
    const mapping = new RegionMapping(
      memory,
      bytes,
      () => connection.isLost,
      (unmapped) => {
        this.#mappings.delete(unmapped);
      },
    );
    this.#mappings.add(mapping);
    return mapping;
  }

  async reset(): Promise<void> {
    const { connection, migration } = this.#live();
    await connection.ask(VFIO_USER_DEVICE_RESET, new Uint8Array(0));
    migration.end();
  }

  async feature(flags: number, payload: Uint8Array): Promise<FeatureReply> {
    const { features } = this.#live();
    requireNumber('flags', flags);
    requireBytes('payload', payload);
    return { data: await features.call(flags, payload) };
  }

  async setMigrationState(state: number): Promise<MigrationData | undefined> {
    const { migration } = this.#live();
    requireNumber('state', state);
    return migration.set(state);
  }

  async migrationState(): Promise<number> {
    return this.#live().migration.state();
  }

  /**
   * Memory with a descriptor that is all of it, such as `SharedMemory`, is handed to the server; for any other the
   * server asks by messages, which are answered from here.
   */
  async dmaMap(map: DmaMap): Promise<void> {
    const { connection, dma } = this.#live();
    requireDmaMap(map);
    connection.requireLive();
    await dma.map(map);
  }

  async dmaUnmap(iova: Iova, size: number): Promise<number> {
    const { connection, dma } = this.#live();
    requireIova('iova', iova);
    requireNumber('size', size);
    connection.requireLive();
    return dma.unmap(iova, size);
  }

  /** Always EOPNOTSUPP `iommu.no-pasid`: the protocol knows no PASIDs. */
  async bind(space: AddressSpace): Promise<PasidBinding> {
    this.#live().connection.requireLive();
    requireSpace(space);
    throw coreFailure('iommu.no-pasid');
  }

  /** EOPNOTSUPP `vfio-user.no-control` unless the server is one of ours. */
  async control(): Promise<Control> {
    const { connection, control } = this.#live();
    connection.requireLive();
    if (control === undefined) {
      throw failure('vfio-user.no-control');
    }
    return control.open();
  }

  events(): AsyncIterableIterator<DeviceEvent, undefined> {
    const { connection, events } = this.#live();
    connection.requireLive();
    if (!this.#hearsRequests) {
      this.#hearsRequests = true;
      void this.#hearRequests();
    }
    return events.reader();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const mapping of [...this.#mappings]) {
      mapping[Symbol.dispose]();
    }
    if (this.#postsWrites) {
      await this.#fence();
    }
    await this.#link.control?.close();
    this.#link.close();
    trackReleased(this);
  }

  /** Once anything is answered, all that was posted before has been carried out. */
  async #fence(): Promise<void> {
    const request = VfioUserDeviceInfo.encode({ argsz: VfioUserDeviceInfo.size });
    try {
      await this.#link.connection.ask(VFIO_USER_DEVICE_GET_INFO, request);
    } catch {
      // The server is gone, and with it what was posted.
    }
  }

  /** A PCI device asks by an interrupt to be let go; whoever binds that one himself hears it himself. */
  async #hearRequests(): Promise<void> {
    const { info, irqs, events } = this.#link;
    const index = VFIO_PCI_REQ_IRQ_INDEX;
    const isPci = (info.flags & VFIO_DEVICE_FLAGS_PCI) !== 0 && info.numIrqs > index;
    if (!isPci || irqs.isBound(index)) {
      return;
    }
    try {
      const { count } = await this.irqInfo(index);
      if (count === 1 && !irqs.isBound(index)) {
        const target = irqCallback(() => {
          events.report({ kind: 'request', graceMs: 0 });
        });
        await irqs.set({ index, flags: BIND, start: 0, count: 1, slots: [target] });
      }
    } catch (error) {
      this.#logger.debug('the device cannot ask to be let go', { error });
    }
  }

  #live(): DeviceLink {
    if (this.#closing !== undefined) {
      throw coreFailure('device.closed');
    }
    return this.#link;
  }
}
