import type { Clock } from '../clock/index.js';
import type { DeviceModel } from '../device/model.js';
import type { DeviceEvent, DeviceEvents } from '../event/index.js';
import type { Dma } from '../iommu/dma/dma.js';
import type { Irqs } from '../irq/irqs.js';
import { safeLogger, type Logger } from '../log/index.js';
import type { ClientCall } from './client-call.js';
import type { InterposedMdev, Interposer, Interposition } from './interposer.js';
import type { Tap } from './tap.js';

/** What a model is given, and an interposition may stand before. */
export interface InterposedServices {
  readonly dma: Dma;
  readonly irqs: Irqs;
  readonly events: DeviceEvents;
  readonly clock: Clock;
}

/**
 * All that stands around one mdev, in the order of the host's interposers: the first is next to the client, the last next to
 * the model.
 */
export class Interpositions implements Tap {
  readonly #chain: readonly Interposition[];
  readonly #logger: Logger;

  private constructor(chain: readonly Interposition[], logger: Logger) {
    this.#chain = chain;
    this.#logger = safeLogger(logger);
  }

  /** Undefined if nothing stands around the mdev. Throws what an interposer throws; the others have ended then. */
  static around(
    interposers: readonly Interposer[],
    mdev: InterposedMdev,
  ): Interpositions | undefined {
    const chain: Interposition[] = [];
    try {
      for (const interposer of interposers) {
        const interposition = interposer.interpose(mdev);
        if (interposition !== undefined) {
          chain.push(interposition);
        }
      }
    } catch (error) {
      new Interpositions(chain, mdev.logger).end();
      throw error;
    }
    return chain.length === 0 ? undefined : new Interpositions(chain, mdev.logger);
  }

  services(inner: InterposedServices): InterposedServices {
    return this.#chain.reduce<InterposedServices>(
      ({ dma, irqs, events, clock }, interposition) => ({
        dma: interposition.dma?.(dma) ?? dma,
        irqs: interposition.irqs?.(irqs) ?? irqs,
        events: interposition.events?.(events) ?? events,
        clock: interposition.clock?.(clock) ?? clock,
      }),
      inner,
    );
  }

  model(inner: DeviceModel): DeviceModel {
    return this.#chain.reduceRight((model, next) => next.model?.(model) ?? model, inner);
  }

  call<T>(call: ClientCall, proceed: () => T): T {
    return this.#callFrom(0, call, proceed);
  }

  event(event: DeviceEvent): void {
    for (const interposition of this.#chain) {
      interposition.event?.(event);
    }
  }

  objectEvent(element: bigint, type: number, data: Uint8Array): void {
    for (const interposition of this.#chain) {
      interposition.objectEvent?.(element, type, data);
    }
  }

  /** Ends them all. Never throws: what one throws is logged. */
  end(): void {
    for (const interposition of this.#chain) {
      try {
        interposition.end?.();
      } catch (error) {
        this.#logger.error('an interposer did not end', { error });
      }
    }
  }

  #callFrom<T>(position: number, call: ClientCall, proceed: () => T): T {
    const interposition = this.#chain[position];
    if (interposition === undefined) {
      return proceed();
    }
    const next = (): T => this.#callFrom(position + 1, call, proceed);
    return interposition.call === undefined ? next() : interposition.call(call, next);
  }
}
