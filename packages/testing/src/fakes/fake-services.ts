import {
  ManualClock,
  type IrqIndexSpec,
  type MdevIdentity,
  type ModelServices,
} from '@mdevkit/core';
import { FakeDma } from './fake-dma.js';
import { FakeEvents } from './fake-events.js';
import { FakeIrqs } from './fake-irqs.js';
import { FakeLogger } from './fake-logger.js';
import type { FakeDmaMap } from './fake-space.js';

export interface FakeServicesOptions {
  /** The client's memory; none by default. */
  readonly maps?: readonly FakeDmaMap[];
  /**
   * The interrupts that the model declares. Where only the model knows them, tell them when it is made, by
   * `services.irqs.declare(model.irqs)`; until then `irqs` takes every index that could be one.
   */
  readonly irqs?: readonly IrqIndexSpec[];
  /** The irq indexes that the client has enabled; every one without it. */
  readonly enabled?: readonly number[];
  /** Differences from an mdev of type `fake-type` on parent `fake0`. */
  readonly identity?: Partial<MdevIdentity>;
}

/** What a model may ask for, as fakes. */
export interface FakeServices extends ModelServices {
  readonly dma: FakeDma;
  readonly irqs: FakeIrqs;
  readonly events: FakeEvents;
  readonly clock: ManualClock;
  readonly logger: FakeLogger;
}

/**
 * All that the core offers to a model, as fakes that belong together: a DMA fault is an event, too.
 *
 * @example
 * const services = fakeServices({ maps: [{ iova: 0, size: 4096 }] });
 * const model = new Copier(services);
 * services.irqs.declare(model.irqs);
 * const timed = new Copier({ ...services, clock: clockOf(timers) });
 */
export function fakeServices({
  maps,
  irqs,
  enabled,
  identity,
}: FakeServicesOptions = {}): FakeServices {
  const events = new FakeEvents();
  return {
    dma: new FakeDma({ events, ...(maps === undefined ? {} : { maps }) }),
    irqs: new FakeIrqs({
      ...(irqs === undefined ? {} : { irqs }),
      ...(enabled === undefined ? {} : { enabled }),
    }),
    events,
    clock: new ManualClock(),
    logger: new FakeLogger(),
    identity: {
      uuid: '00000000-0000-4000-8000-000000000001',
      type: 'fake-type',
      parent: 'fake0',
      ...identity,
    },
  };
}
