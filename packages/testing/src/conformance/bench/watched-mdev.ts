import type {
  ClientCall,
  Clock,
  DeviceEvents,
  DeviceModel,
  Dma,
  InterposedMdev,
  Interposition,
  Irqs,
} from '@mdevkit/core';
import type { HookCall, OnService, Phase, ServiceName } from './service-calls.js';
import { watchedModel } from './watched-model.js';
import {
  WatchedDma,
  watchedClock,
  watchedEvents,
  watchedIrqs,
  type Note,
} from './watched-services.js';

/** Where the notes of an mdev go. */
export interface WatchedMdevOptions {
  readonly mdev: InterposedMdev;
  readonly onService: OnService;
  readonly onHook: (call: HookCall) => void;
  readonly onCall: (call: ClientCall) => void;
}

/** One mdev under the watch of a bench: what its model is told, and what it does. */
export class WatchedMdev implements Interposition {
  /** Timers of the model that are neither due nor cancelled. */
  readonly timers = new Set<object>();
  readonly #options: WatchedMdevOptions;
  /** The driver's own; undefined until it is made. */
  inner: DeviceModel | undefined;
  phase: Phase = 'made';

  constructor(options: WatchedMdevOptions) {
    this.#options = options;
  }

  get surpriseRemove(): () => Promise<void> {
    return this.#options.mdev.surpriseRemove;
  }

  dma(inner: Dma): Dma {
    return new WatchedDma(inner, this.#noteFor('dma'));
  }

  irqs(inner: Irqs): Irqs {
    return watchedIrqs(inner, this.#noteFor('irqs'));
  }

  events(inner: DeviceEvents): DeviceEvents {
    return watchedEvents(inner, this.#noteFor('events'));
  }

  clock(inner: Clock): Clock {
    return watchedClock(inner, this.#noteFor('clock'), this.timers);
  }

  model(inner: DeviceModel): DeviceModel {
    this.inner = inner;
    return watchedModel(inner, (hook) => this.#hook(hook));
  }

  call<T>(call: ClientCall, proceed: () => T): T {
    this.#options.onCall(call);
    if (call.kind === 'open' && (this.phase === 'made' || this.phase === 'closed')) {
      this.phase = 'opening';
    }
    return proceed();
  }

  end(): void {
    this.phase = 'gone';
    this.#note('end').outcome = 'done';
  }

  #hook(hook: HookCall['hook']): (outcome: 'done' | 'failed') => void {
    const call = this.#note(hook);
    if (hook === 'close') {
      this.phase = 'closing';
    } else if (hook === 'resume') {
      this.phase = 'open';
    }
    return (outcome) => {
      call.outcome = outcome;
      if (hook === 'open') {
        this.phase = outcome === 'done' ? 'open' : 'closed';
      } else if (hook === 'close') {
        this.phase = 'closed';
      } else if (hook === 'quiesce' && this.phase === 'open') {
        this.phase = 'quiet';
      }
    };
  }

  #note(hook: HookCall['hook']): HookCall {
    const call: HookCall = { mdev: this.#options.mdev.identity.uuid, hook, outcome: 'begun' };
    this.#options.onHook(call);
    return call;
  }

  #noteFor(service: ServiceName): Note {
    const { mdev, onService } = this.#options;
    return (method, detail = '', more = {}) => {
      const { uuid } = mdev.identity;
      onService({ mdev: uuid, service, method, phase: this.phase, detail, ...more });
    };
  }
}
