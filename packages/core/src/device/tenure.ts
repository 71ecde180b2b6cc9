import { failure, type MdevError } from '../errors/index.js';
import type { DmaPlane } from './dma-plane.js';
import type { EndpointStatus } from './endpoint-status.js';
import type { EventHub } from './event-queue.js';
import type { LazyObjectPlane } from './lazy-object-plane.js';
import type { ModelGuard } from './model-guard.js';
import type { ModelLife } from './model-life.js';
import type { DeviceModel } from './model.js';
import type { Quiescence } from './quiescence.js';
import type { RegionTable } from './region-table.js';

export interface TenureParts {
  readonly status: EndpointStatus;
  readonly guard: ModelGuard;
  readonly life: ModelLife;
  readonly quiescence: Quiescence;
  readonly dmaPlane: DmaPlane;
  readonly events: EventHub;
  readonly objects: LazyObjectPlane;
  /** Throws before it is attached. */
  readonly requireModel: () => DeviceModel;
  readonly regions: () => RegionTable;
  readonly resetMigration: () => void;
  /** The client's interrupts and eventfds go. */
  readonly disarm: () => void;
}

/** Gives the device to one client after the other, and takes it back. */
export class Tenure {
  readonly #parts: TenureParts;
  /** The opening or the giving back that is under way, or the last one. Never rejects. */
  #ending: Promise<void> = Promise.resolve();

  constructor(parts: TenureParts) {
    this.#parts = parts;
  }

  /** As `Endpoint.open`. */
  async open(): Promise<void> {
    const { life, requireModel, status } = this.#parts;
    const model = requireModel();
    status.beginOpen(life.isBusy);
    const opening = this.#open(model);
    this.#ending = opening.catch(() => undefined);
    await opening;
  }

  /** As `Endpoint.close`. */
  async close(): Promise<void> {
    const { status } = this.#parts;
    if (status.leave('open', 'closing')) {
      this.#ending = this.#shutDown(failure('device.closed'));
      await this.#ending;
      status.leave('closing', 'closed');
    }
  }

  /** As `Endpoint.revoke`. */
  async revoke(reason: string): Promise<void> {
    const { events, guard, life, status } = this.#parts;
    const was = status.revoke();
    if (was === 'open') {
      events.report({ kind: 'hangup', reason });
      this.#ending = this.#shutDown(failure('device.revoked', { why: reason }));
    } else if (was === 'opening') {
      guard.cancelAll(failure('device.revoked', { why: reason }));
    }
    await this.#ending;
    await life.settled();
  }

  async #open(model: DeviceModel): Promise<void> {
    const { dmaPlane, life, quiescence, regions, resetMigration, status } = this.#parts;
    quiescence.renew();
    try {
      resetMigration();
      await life.reset(model, regions());
      if (status.state !== 'opening') {
        throw failure('device.revoked');
      }
      dmaPlane.begin();
      await life.open(model);
    } catch (error) {
      dmaPlane.end()(!life.isBusy && life.isQuiet);
      status.leave('opening', 'closed');
      throw error;
    }
    if (!status.opened()) {
      const settle = dmaPlane.end();
      settle(await life.close(model));
      throw failure('device.revoked');
    }
  }

  /** The model is closed last, whatever else happens. */
  async #shutDown(error: MdevError): Promise<void> {
    const { disarm, dmaPlane, events, guard, life, objects, quiescence } = this.#parts;
    const { regions, requireModel, resetMigration } = this.#parts;
    quiescence.renew();
    guard.cancelAll(error);
    regions().endTransfers();
    disarm();
    const settle = dmaPlane.end();
    resetMigration();
    events.end();
    try {
      const disassociated = objects.disassociate();
      if (disassociated !== undefined) {
        await disassociated;
      }
    } finally {
      settle(await life.close(requireModel()));
    }
  }
}
