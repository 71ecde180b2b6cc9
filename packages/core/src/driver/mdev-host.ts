import { randomUUID } from 'node:crypto';
import { Container, type ContainerModule } from 'inversify';
import { Clock, SystemClock } from '../clock/index.js';
import { DEFAULT_HANDLER_DEADLINE_MS, type Device } from '../device/index.js';
import { failure } from '../errors/index.js';
import type { Interposer } from '../interpose/index.js';
import { trackDisposable, trackReleased } from '../lifecycle/index.js';
import { DEFAULT_MAP_LIMIT } from '../iommu/index.js';
import { Logger, silentLogger } from '../log/index.js';
import {
  MdevRegistry,
  type AttachedDevice,
  type CreateRequest,
  type MdevIdentity,
  type MdevInfo,
  type MdevType,
  type ParentInfo,
} from '../mdev/index.js';
import { findTypes, uniformTopology, type Topology, type TypeQuery } from '../topology/index.js';
import { LoadedDriver } from './loaded-driver.js';
import type { LoadedParent } from './loaded-parent.js';
import { loadDriverPackage } from './load-package.js';
import { makeMdevContainer } from './mdev-container.js';
import { nodeImporter } from './node-importer.js';
import type { PackageImporter } from './package-importer.js';

/** Milliseconds that clients have to let go of a device that is being removed. */
export const DEFAULT_REMOVAL_GRACE_MS = 10_000;

/** Everything has a default; a test injects its own. */
export interface MdevHostOptions {
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly importer?: PackageImporter;
  readonly topology?: Topology;
  readonly removalGraceMs?: number;
  readonly handlerDeadlineMs?: number;
  /** DMA maps of one device at the most; 65,535, the kernel's dma_entry_limit, without it. */
  readonly mapLimit?: number;
  /** Stand around every mdev, the first of them next to its client. */
  readonly interposers?: readonly Interposer[];
}

/** As {@link CreateRequest}; a random UUID is taken without one. */
export interface CreateOptions extends Omit<CreateRequest, 'uuid'> {
  readonly uuid?: string;
}

/**
 * A host of mediated devices: loads drivers, creates mdevs and hands them to clients in the same process.
 *
 * @example
 * await using host = new MdevHost();
 * await host.loadPackage('@mdevkit/accel');
 * const { uuid } = await host.create({ parent: 'accel0', type: 'accel-1q' });
 * await using device = await host.open(uuid);
 */
export class MdevHost implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #importer: PackageImporter;
  readonly #topology: Topology;
  readonly #removalGraceMs: number;
  readonly #handlerDeadlineMs: number;
  readonly #mapLimit: number;
  readonly #interposers: readonly Interposer[];
  readonly #container = new Container();
  readonly #registry: MdevRegistry;
  readonly #drivers = new Map<string, LoadedDriver>();
  readonly #parents = new Map<string, LoadedParent>();
  readonly #unloading = new Map<LoadedDriver, Promise<void>>();
  #closing: Promise<void> | undefined;

  constructor(options: MdevHostOptions = {}) {
    this.#clock = options.clock ?? new SystemClock();
    this.#logger = options.logger ?? silentLogger;
    this.#importer = options.importer ?? nodeImporter(import.meta.url);
    this.#topology = options.topology ?? uniformTopology;
    this.#removalGraceMs = options.removalGraceMs ?? DEFAULT_REMOVAL_GRACE_MS;
    this.#handlerDeadlineMs = options.handlerDeadlineMs ?? DEFAULT_HANDLER_DEADLINE_MS;
    this.#mapLimit = options.mapLimit ?? DEFAULT_MAP_LIMIT;
    this.#interposers = options.interposers ?? [];
    this.#container.bind<Clock>(Clock).toConstantValue(this.#clock);
    this.#container.bind<Logger>(Logger).toConstantValue(this.#logger);
    this.#registry = new MdevRegistry(this.#clock, async (parent, _type, identity) => {
      const loaded = this.#parents.get(parent.name);
      if (loaded === undefined) {
        throw failure('parent.not-found', { parent: parent.name });
      }
      return makeMdevContainer({
        parent: loaded.container,
        driver: parent.driver,
        identity,
        clock: this.#clock,
        logger: this.#logger,
        handlerDeadlineMs: this.#handlerDeadlineMs,
        mapLimit: this.#mapLimit,
        iommu: parent.iommu,
        schema: parent.schema,
        interposers: this.#interposers,
        surpriseRemove: () => this.#surpriseRemove(identity.uuid),
      });
    });
    trackDisposable(this);
  }

  /** Every type of every parent, with what is available of it now. */
  get types(): readonly MdevType[] {
    return this.#registry.parents.flatMap((parent) => parent.types);
  }

  get parents(): readonly string[] {
    return this.#registry.parents.map((parent) => parent.name);
  }

  /** One parent with what its mdevs have taken. Throws ENODEV. */
  parentInfo(name: string): ParentInfo {
    return this.#registry.parent(name).info;
  }

  get mdevs(): readonly MdevInfo[] {
    return this.#registry.mdevs;
  }

  /**
   * Loads a driver and registers its parents; returns the names of the drivers in it. Throws EINVAL
   * `driver.invalid`, EEXIST `driver.exists`/`parent.exists`, ENOEXEC, and what is wrong with the classes that it declares
   * (`schema.…`); nothing is left behind then.
   */
  async load(module: ContainerModule): Promise<readonly string[]> {
    this.#requireOpen();
    const loaded = await LoadedDriver.load(module, this.#container, this.#logger);
    try {
      // Somebody may have closed the host meanwhile.
      this.#requireOpen();
      this.#register(loaded);
    } catch (error) {
      await loaded.unload();
      throw error;
    }
    return loaded.drivers.map((driver) => driver.name);
  }

  /** Loads the driver of an npm package; see {@link loadDriverPackage} for what a package offers. */
  async loadPackage(packageName: string): Promise<readonly string[]> {
    this.#requireOpen();
    return this.load(await loadDriverPackage(packageName, this.#importer));
  }

  /**
   * Removes the parents of a driver as {@link MdevHost.removeParent} does, then the driver. Joins an unloading
   * or a removal that is under way. Throws ENOENT.
   */
  async unload(driverName: string, graceMs = this.#removalGraceMs): Promise<void> {
    const loaded = this.#drivers.get(driverName);
    if (loaded === undefined) {
      throw failure('driver.not-found', { driver: driverName });
    }
    const unloading = this.#unloading.get(loaded) ?? this.#unload(loaded, graceMs);
    this.#unloading.set(loaded, unloading);
    await unloading;
  }

  /** Types that fit, best first: nearest to `nearNode`, then most available. */
  findTypes(query: TypeQuery): readonly MdevType[] {
    return findTypes(this.types, query, this.#topology);
  }

  /** Creates an mdev. Throws EINVAL, ENODEV, ENOENT, EEXIST, EUSERS, or what the driver throws. */
  async create(options: CreateOptions): Promise<MdevIdentity> {
    this.#requireOpen();
    return this.#registry.create({ ...options, uuid: options.uuid ?? randomUUID() });
  }

  /** Opens an mdev in reset state. Throws EINVAL, ENODEV, EBUSY, or what the driver throws. */
  async open(uuid: string): Promise<Device> {
    this.#requireOpen();
    return this.#registry.open(uuid);
  }

  /**
   * Opens an mdev in reset state for a transport, which serves clients that are elsewhere, such as vfio-user's server.
   * Throws as {@link MdevHost.open}.
   */
  async attach(uuid: string): Promise<AttachedDevice> {
    this.#requireOpen();
    return this.#registry.attach(uuid);
  }

  /** One mdev's state and counters. Throws EINVAL, ENODEV. */
  info(uuid: string): MdevInfo {
    return this.#registry.info(uuid);
  }

  /**
   * Removes an mdev. A client that has it open is asked to close and has `graceMs` to do so; then the device
   * is taken away. Throws EINVAL, ENODEV, EAGAIN.
   */
  async remove(uuid: string, graceMs = this.#removalGraceMs): Promise<void> {
    await this.#registry.remove(uuid, graceMs);
  }

  /** Removes a parent with all its mdevs, as a device that is unplugged. Throws ENODEV, EAGAIN. */
  async removeParent(name: string, graceMs = this.#removalGraceMs): Promise<void> {
    await this.#registry.removeParent(name, graceMs);
    await this.#releaseParent(name);
  }

  /** Unloads every driver without grace: clients that still have a device open lose it. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #register(loaded: LoadedDriver): void {
    for (const { name } of loaded.drivers) {
      if (this.#drivers.has(name)) {
        throw failure('driver.exists', { driver: name });
      }
    }
    for (const { parent } of loaded.parents) {
      if (this.#parents.has(parent.name)) {
        throw failure('parent.exists', { parent: parent.name });
      }
    }
    for (const { name } of loaded.drivers) {
      this.#drivers.set(name, loaded);
    }
    for (const entry of loaded.parents) {
      this.#registry.addParent(entry.parent);
      this.#parents.set(entry.parent.name, entry);
    }
  }

  async #unload(loaded: LoadedDriver, graceMs: number): Promise<void> {
    await Promise.all(
      loaded.parents.map(async (entry) => {
        const { name } = entry.parent;
        // A parent of this name may be another driver's by now.
        if (this.#parents.get(name) === entry) {
          await this.#registry.parentGone(name, graceMs);
          await this.#releaseParent(name);
        }
      }),
    );
    for (const driver of loaded.drivers) {
      this.#drivers.delete(driver.name);
    }
    this.#unloading.delete(loaded);
    await loaded.unload();
  }

  /** The services of a parent whose mdevs are gone, once. */
  async #releaseParent(name: string): Promise<void> {
    const entry = this.#parents.get(name);
    this.#parents.delete(name);
    await entry?.release();
  }

  async #close(): Promise<void> {
    this.#registry.hurry();
    for (const name of [...this.#drivers.keys()].reverse()) {
      if (this.#drivers.has(name)) {
        await this.unload(name, 0);
      }
    }
    await this.#container.unbindAllAsync();
    trackReleased(this);
  }

  /** It may be gone, or going, already. */
  async #surpriseRemove(uuid: string): Promise<void> {
    try {
      await this.#registry.remove(uuid, 0);
    } catch (error) {
      this.#logger.debug('an mdev was not removed by surprise', { mdev: uuid, error });
    }
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) {
      throw failure('host.closed');
    }
  }
}
