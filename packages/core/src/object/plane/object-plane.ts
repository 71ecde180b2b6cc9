import type { ModelGuard } from '../../device/model-guard.js';
import {
  deviceEventRecord,
  DEFAULT_EVENT_CAPACITY,
  type ReportListener,
} from '../../event/channel/index.js';
import type { DeviceEvent } from '../../event/device-events.js';
import type { Tap } from '../../interpose/index.js';
import { safeLogger, type Logger } from '../../log/index.js';
import { MethodPlans } from '../dispatch/method-plans.js';
import { erased, type ErasedImplementation, type Implementation } from '../implement/index.js';
import { DEFAULT_EVENT_BUDGET } from './client-channels.js';
import { ControlFile, type ControlFileParts } from './control-file.js';
import { TappedControlFile } from './tapped-control-file.js';
import { DEFAULT_MAX_OBJECTS, NonceCounter } from '../life/handle-table.js';
import type { MethodTree } from '../schema/bound.js';
import type { ObjectSchema } from '../schema/index.js';
import { DEFAULT_MAX_MESSAGE } from '../wire/layout.js';
import { coreImplementations } from './core-implementations.js';

/** What one client can have. */
export interface ObjectLimits {
  /** Objects, 1 .. 2^20; 65,536 without it. */
  readonly maxObjects?: number;
  /** Bytes of the largest request and reply; 1 MiB without it. */
  readonly maxMessage?: number;
  /** Events that wait in a channel at the most, if its client does not say; 4096 without it. */
  readonly eventCapacity?: number;
  /** Events that wait in all the channels that a client makes, by their capacities; 2^20 without it. */
  readonly eventBudget?: number;
}

export interface ObjectPlaneOptions {
  /** Of the driver. */
  readonly schema: ObjectSchema;
  readonly guard: ModelGuard;
  readonly logger: Logger;
  readonly limits?: ObjectLimits;
  /** Hears of every call of every client. */
  readonly tap?: Tap | undefined;
  /** Throws when the device is not open. */
  readonly requireOpen: () => void;
}

const GONE = 'the device was closed';

/**
 * The control plane of one device: what its model implements of its driver's classes, and the clients that call it.
 *
 * Source: Linux drivers/infiniband/core/uverbs_main.c, struct ib_uverbs_device.
 */
export class ObjectPlane {
  readonly #options: ObjectPlaneOptions;
  readonly #logger: Logger;
  readonly #files = new Set<ControlFile>();
  readonly #nonces = new NonceCounter();
  readonly #onReport: ReportListener | undefined;
  readonly #core: readonly ErasedImplementation[];
  #implementations: readonly ErasedImplementation[] = [];
  #bound: { readonly tree: MethodTree; readonly plans: MethodPlans } | undefined;
  #lastId = 0;
  /** Why the device is going, once it has said so. */
  #hangup: string | undefined;

  constructor(options: ObjectPlaneOptions) {
    const { schema, logger, limits, tap } = options;
    this.#options = options;
    this.#logger = safeLogger(logger);
    this.#onReport =
      tap &&
      ((element, type, data) => {
        tap.objectEvent(element, type, data);
      });
    this.#core = coreImplementations({
      driver: schema.driverName ?? '',
      driverId: schema.driverId,
      logger: this.#logger,
      eventCapacity: limits?.eventCapacity ?? DEFAULT_EVENT_CAPACITY,
      tree: () => this.#bind().tree,
      onReport: this.#onReport,
    }).map(erased);
  }

  /** In the header of every call. */
  get driverId(): number {
    return this.#options.schema.driverId;
  }

  /** Undefined for a device without a driver of its own. */
  get driverName(): string | undefined {
    return this.#options.schema.driverName;
  }

  /** Clients that have it open. */
  get clients(): number {
    return this.#files.size;
  }

  /**
   * Brings in what the model implements, once. What the device supports is asked when the first client calls.
   *
   * @throws MdevError as `ObjectSchema.check`; TypeError for what was not made by `implement`
   */
  attach(implementations: readonly Implementation[]): void {
    const all = [...this.#core, ...implementations.map(erased)];
    this.#options.schema.check(all);
    this.#implementations = all;
    this.#bound = undefined;
  }

  /**
   * A table of objects for one client, who closes it. Throws what the device throws when it is not open, and EIO
   * `model.threw` if the driver throws when it is asked what this device supports.
   */
  open(): ControlFile {
    const { tap } = this.#options;
    return tap === undefined
      ? this.#open()
      : tap.call({ kind: 'control-open' }, () => this.#open());
  }

  /**
   * Tells the clients what happens to the device. A hang-up is told as the last event, when all objects are released.
   */
  report(event: DeviceEvent): void {
    // Later clients have nothing to do with it.
    if (this.#files.size === 0) {
      return;
    }
    if (event.kind === 'hangup') {
      this.#hangup = textOf(event.reason);
      return;
    }
    const record = deviceEventRecord(event);
    for (const file of this.#files) {
      file.report(record);
    }
  }

  /**
   * The device is being taken from its clients: all their objects are released before the model is closed, and what is left
   * to them is to read what there is and to close. After the next open of the device there can be new clients. Never fails.
   */
  async disassociate(): Promise<void> {
    const reason = this.#hangup ?? GONE;
    this.#hangup = undefined;
    await Promise.all([...this.#files].map((file) => this.#disassociate(file, reason)));
  }

  /** Whatever is wrong with one client keeps neither the others nor the device. */
  async #disassociate(file: ControlFile, reason: string): Promise<void> {
    try {
      await file.disassociate(reason);
    } catch (error) {
      this.#logger.error('a client could not be parted from its device', {
        client: file.id,
        error,
      });
    }
  }

  #open(): ControlFile {
    const { guard, limits = {}, requireOpen, schema, tap } = this.#options;
    requireOpen();
    this.#lastId += 1;
    const parts: ControlFileParts = {
      id: this.#lastId,
      plans: this.#bind().plans,
      guard,
      logger: this.#logger,
      nonces: this.#nonces,
      driverId: schema.driverId,
      maxMessage: limits.maxMessage ?? DEFAULT_MAX_MESSAGE,
      maxObjects: limits.maxObjects ?? DEFAULT_MAX_OBJECTS,
      eventCapacity: limits.eventCapacity ?? DEFAULT_EVENT_CAPACITY,
      onReport: this.#onReport,
      eventBudget: limits.eventBudget ?? DEFAULT_EVENT_BUDGET,
      requireOpen,
      onClosed: (closed) => {
        this.#files.delete(closed);
        if (this.#files.size === 0) {
          this.#hangup = undefined;
        }
      },
    };
    const file = tap === undefined ? new ControlFile(parts) : new TappedControlFile(parts, tap);
    this.#files.add(file);
    return file;
  }

  #bind(): { readonly tree: MethodTree; readonly plans: MethodPlans } {
    if (this.#bound === undefined) {
      const tree = this.#supported();
      this.#bound = { tree, plans: new MethodPlans(tree) };
    }
    return this.#bound;
  }

  /** Asks the driver what of its classes this device has. */
  #supported(): MethodTree {
    const { guard, schema } = this.#options;
    const all = this.#implementations.length === 0 ? this.#core : this.#implementations;
    try {
      return schema.bind(all);
    } catch (error) {
      throw guard.wrap('supported', error);
    }
  }
}

/** A driver in plain JavaScript may pass anything. */
function textOf(reason: unknown): string {
  try {
    return String(reason);
  } catch {
    return GONE;
  }
}
