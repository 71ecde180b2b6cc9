import { failure } from '../errors/index.js';
import type { DmaPort } from '../iommu/index.js';
import type { IrqController, ResolveDescriptor } from '../irq/index.js';
import { safeLogger } from '../log/index.js';
import type { ObjectPlane } from '../object/index.js';
import type { Region } from '../region/index.js';
import type { DeviceInfo, IrqInfo, RegionInfo, SetIrqs } from './contract.js';
import { deviceFlags } from './device-flags.js';
import type { DmaPlane } from './dma-plane.js';
import { makeParts } from './endpoint-parts.js';
import {
  DEFAULT_HANDLER_DEADLINE_MS,
  type EndpointCounters,
  type EndpointServices,
} from './endpoint-services.js';
import type { EndpointState } from './endpoint-state.js';
import { EndpointStatus } from './endpoint-status.js';
import type { EventHub } from './event-queue.js';
import type { Ioeventfds } from './ioeventfds.js';
import type { LazyObjectPlane } from './lazy-object-plane.js';
import type { MigrationData } from './migration/index.js';
import { ModelCalls } from './model-calls.js';
import { ModelGuard } from './model-guard.js';
import type { DeviceModel, QuiesceCause } from './model.js';
import { ModelLife } from './model-life.js';
import { Quiescence } from './quiescence.js';
import { RegionTable } from './region-table.js';
import { Tenure } from './tenure.js';
import { validateModel } from './validate-model.js';

/**
 * Stands between clients and a device model and enforces every rule of the VFIO contract, so that neither a
 * transport nor a model has to. It is made before the model, which asks for its `irqs`, `dma` and `events`
 * in the constructor; {@link Endpoint.attach} then brings the model in.
 *
 * Transports call it directly: the methods up to `mmap` and the DMA plane are synchronous where the model is. In-process
 * clients use `DeviceClient`, which wraps it into the asynchronous contract.
 *
 * Source: Linux drivers/vfio/vfio_main.c; drivers/vfio/pci/vfio_pci_core.c.
 */
export class Endpoint {
  readonly irqs: IrqController;
  /** The client's maps and PASIDs, and the device's way to them. */
  readonly dmaPlane: DmaPlane;
  readonly events: EventHub;
  /** Writes by eventfd, for transports. */
  readonly ioeventfds: Ioeventfds;
  readonly #guard: ModelGuard;
  readonly #life: ModelLife;
  readonly #quiescence: Quiescence;
  readonly #objects: LazyObjectPlane;
  readonly #tenure: Tenure;
  readonly #status = new EndpointStatus();
  #model: DeviceModel | undefined;
  #regions = new RegionTable([]);
  #calls: ModelCalls;
  #resets = 0;

  constructor(services: EndpointServices) {
    const { clock, handlerDeadlineMs = DEFAULT_HANDLER_DEADLINE_MS } = services;
    const logger = safeLogger(services.logger);
    this.#guard = new ModelGuard(clock, services.logger, handlerDeadlineMs);
    this.#life = new ModelLife(this.#guard, logger, () => {
      this.irqs.resetLines();
    });
    this.#quiescence = new Quiescence({
      guard: this.#guard,
      logger,
      cutOff: () => {
        this.dmaPlane.cutOff();
        this.#status.fail();
      },
    });
    const parts = makeParts(services, {
      status: this.#status,
      life: this.#life,
      logger,
      model: () => this.#model,
      requireModel: () => this.#requireModel(),
      findRegion: (index) => this.#regions.find(index),
      write: (region, offset, data, length) =>
        this.#guard.call('ioeventfd', () => this.write(region, offset, data, 0, length)),
    });
    this.events = parts.events;
    this.irqs = parts.irqs;
    this.dmaPlane = parts.dmaPlane;
    this.ioeventfds = parts.ioeventfds;
    this.#objects = parts.objects;
    this.#tenure = new Tenure({
      ...parts,
      status: this.#status,
      guard: this.#guard,
      life: this.#life,
      quiescence: this.#quiescence,
      requireModel: () => this.#requireModel(),
      regions: () => this.#regions,
      resetMigration: () => {
        this.#calls.resetMigration();
      },
      disarm: () => {
        this.#disarm();
      },
    });
    this.#calls = new ModelCalls(this.#guard);
  }

  /** For the model. */
  get dma(): DmaPort {
    return this.dmaPlane.port;
  }

  /** The control plane, for transports. */
  get objects(): ObjectPlane {
    return this.#objects.plane;
  }

  get state(): EndpointState {
    return this.#status.state;
  }

  get counters(): EndpointCounters {
    return {
      ...this.dma.counters,
      interrupts: this.irqs.delivered,
      opens: this.#status.opens,
      resets: this.#resets,
    };
  }

  /** Brings the model in, once. Throws EINVAL `model.invalid` for one that is not well formed, and as `ObjectPlane.attach`. */
  attach(model: DeviceModel): void {
    if (this.#model !== undefined) {
      throw failure('model.invalid', { problem: 'the endpoint has a model' });
    }
    validateModel(model);
    this.#model = model;
    this.#regions = new RegionTable(model.regions);
    this.irqs.configure(model.irqs);
    this.#calls = new ModelCalls(this.#guard, this.dmaPlane, model);
    this.#objects.attach(model.objects);
  }

  /**
   * Opens in reset state. Throws EBUSY while another client has the device, or the model has not answered an
   * open or a reset that was given up; ENODEV once it is revoked.
   */
  async open(): Promise<void> {
    await this.#tenure.open();
  }

  /** Throws EINVAL before open, ENODEV once it is revoked: the first question of every call. */
  requireOpen(): void {
    this.#status.requireOpen();
  }

  info(): DeviceInfo {
    this.#status.requireOpen();
    return {
      flags: deviceFlags(this.#requireModel()),
      numRegions: this.#regions.size,
      numIrqs: this.irqs.size,
    };
  }

  regionInfo(index: number): RegionInfo {
    this.#status.requireOpen();
    return this.#regions.info(index);
  }

  /** What the model declared at an index, for its name, file and doorbells; accesses go through {@link read}. */
  region(index: number): Pick<Region, 'name' | 'file' | 'doorbells'> | undefined {
    return this.#regions.find(index);
  }

  irqInfo(index: number): IrqInfo {
    this.#status.requireOpen();
    const unit = this.irqs.unit(index);
    return { index, flags: unit.count === 0 ? 0 : unit.infoFlags, count: unit.count };
  }

  setIrqs(request: SetIrqs, resolve?: ResolveDescriptor): number {
    this.#status.requireUsable();
    try {
      return this.irqs.set(request, resolve);
    } catch (error) {
      throw this.#guard.wrap('irqs', error);
    }
  }

  /**
   * The hot path. Reads `length` bytes at `offset` of a region into `data[at ..]` and returns how many were
   * read; a promise only if the model's handler returned one.
   */
  read(
    region: number,
    offset: number,
    data: DataView,
    at: number,
    length: number,
  ): number | Promise<number> {
    if (!this.#status.usable) {
      throw this.#status.refusal();
    }
    try {
      // Nothing to do comes before what is wrong (vfio_pci_core.c, vfio_pci_core_read).
      const count = length === 0 ? 0 : this.#regions.get(region).read(offset, data, at, length);
      return typeof count === 'number' ? count : this.#guard.settle('read', count);
    } catch (error) {
      throw this.#guard.wrap('read', error);
    }
  }

  /** The write side of {@link Endpoint.read}. */
  write(
    region: number,
    offset: number,
    data: DataView,
    at: number,
    length: number,
  ): number | Promise<number> {
    if (!this.#status.usable) {
      throw this.#status.refusal();
    }
    try {
      const count = length === 0 ? 0 : this.#regions.get(region).write(offset, data, at, length);
      return typeof count === 'number' ? count : this.#guard.settle('write', count);
    } catch (error) {
      throw this.#guard.wrap('write', error);
    }
  }

  /** The device's own memory; whoever hands it out takes it back when the device is revoked. */
  mmap(region: number, offset: number, length: number): Uint8Array {
    this.#status.requireUsable();
    return this.#regions.get(region).mmap(offset, length);
  }

  /**
   * Throws EINVAL without a reset, EAGAIN while another one runs, also one that was given up; EIO and worse
   * leave the device failed.
   */
  async reset(): Promise<void> {
    this.#status.requireOpen();
    const model = this.#requireModel();
    if (model.reset === undefined) {
      throw failure('device.no-reset');
    }
    if (this.#status.resetting || this.#life.isBusy) {
      throw failure('device.reset-contended');
    }
    const client = this.#status.beginReset();
    let failed = true;
    try {
      this.irqs.resetLines();
      this.#calls.resetMigration();
      await this.#life.reset(model, this.#regions);
      this.dmaPlane.restore();
      failed = false;
      this.#resets += 1;
    } finally {
      this.#status.endReset(client, failed);
    }
  }

  async feature(flags: number, payload: Uint8Array): Promise<Uint8Array> {
    this.#status.requireUsable();
    return this.#calls.features.call(flags, payload);
  }

  async setMigrationState(state: number): Promise<MigrationData | undefined> {
    this.#status.requireUsable();
    return this.#calls.migration.set(state);
  }

  migrationState(): number {
    this.#status.requireOpen();
    return this.#calls.migration.state;
  }

  /**
   * Runs something that must not meet DMA of the device, while its model is quiet; see {@link DeviceModel.quiesce}. A
   * model that does not become quiet is cut off: then `map` and `migration` are not run and reject as the model did,
   * ETIMEDOUT if it did not answer; the others are run nevertheless. Synchronous where the model and `run` are.
   */
  whileQuiet<T>(cause: QuiesceCause, run: () => T | Promise<T>): T | Promise<T> {
    this.#status.requireOpen();
    return this.#quiescence.run(this.#requireModel(), cause, run);
  }

  /**
   * The client behind a transport is gone and the next one shall find the device as it is: everything that was the
   * client's goes (interrupts, eventfds, maps, PASIDs, dirty logs, a migration under way), registers and memory stay. A
   * reset that it asked for is over before this is.
   *
   * Source: vfio-user protocol specification, Disconnection and reconnect.
   */
  async releaseClient(): Promise<void> {
    this.#status.requireOpen();
    this.#quiescence.abandon();
    this.#regions.endTransfers();
    await this.whileQuiet('disconnect', () => {
      this.#disarm();
      this.#calls.resetMigration();
      this.dmaPlane.renew();
    });
    while (this.#status.resetting) {
      await this.#life.settled();
    }
  }

  /** The client gives the device back. Never fails: what the model throws is logged. */
  async close(): Promise<void> {
    await this.#tenure.close();
  }

  /**
   * The device is taken away for good: waiters wake with ENODEV, and every later call answers it. Returns
   * when the model is closed; one that was given up has another deadline for that.
   */
  async revoke(reason: string): Promise<void> {
    await this.#tenure.revoke(reason);
  }

  #disarm(): void {
    this.irqs.disableAll();
    this.ioeventfds.clear();
  }

  #requireModel(): DeviceModel {
    if (this.#model === undefined) {
      throw failure('device.not-open');
    }
    return this.#model;
  }
}
