import type {
  AccessOptions,
  Clock,
  DeviceEvent,
  DeviceEvents,
  Dma,
  DmaAccess,
  DmaSegment,
  Iova,
  Irqs,
  ModelAccess,
  Pasid,
} from '@mdevkit/core';
import type { ServiceCall } from './service-calls.js';

/** Notes a call before it is done. */
export type Note = (
  method: string,
  detail?: string,
  more?: Pick<ServiceCall, 'irq' | 'pasid'>,
) => void;

/** DMA of a model, with every access noted. */
export class WatchedDma implements Dma {
  readonly #inner: Dma;
  readonly #note: Note;

  constructor(inner: Dma, note: Note) {
    this.#inner = inner;
    this.#note = note;
  }

  get pasid(): Pasid {
    return this.#inner.pasid;
  }

  read(iova: Iova, into: Uint8Array): void {
    this.#noteRange('read', iova, into.length);
    this.#inner.read(iova, into);
  }

  write(iova: Iova, from: Uint8Array): void {
    this.#noteRange('write', iova, from.length);
    this.#inner.write(iova, from);
  }

  async fetch(iova: Iova, into: Uint8Array): Promise<void> {
    this.#noteRange('fetch', iova, into.length);
    await this.#inner.fetch(iova, into);
  }

  async store(iova: Iova, from: Uint8Array): Promise<void> {
    this.#noteRange('store', iova, from.length);
    await this.#inner.store(iova, from);
  }

  fill(iova: Iova, length: number, value: number): void {
    this.#noteRange('fill', iova, length);
    this.#inner.fill(iova, length, value);
  }

  copy(to: Iova, from: Iova, length: number): void {
    this.#noteRange('copy', to, length);
    this.#inner.copy(to, from, length);
  }

  gather(segments: readonly DmaSegment[], into: Uint8Array): void {
    this.#noteRange('gather', segments[0]?.iova ?? 0, into.length);
    this.#inner.gather(segments, into);
  }

  scatter(segments: readonly DmaSegment[], from: Uint8Array): void {
    this.#noteRange('scatter', segments[0]?.iova ?? 0, from.length);
    this.#inner.scatter(segments, from);
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    this.#noteRange('view', iova, length);
    return this.#inner.view(iova, length, access);
  }

  views(iova: Iova, length: number, access: DmaAccess): readonly Uint8Array[] {
    this.#noteRange('views', iova, length);
    return this.#inner.views(iova, length, access);
  }

  async request(iova: Iova, length: number, access: DmaAccess): Promise<void> {
    this.#noteRange('request', iova, length);
    await this.#inner.request(iova, length, access);
  }

  access(options: AccessOptions): ModelAccess {
    this.#note('access', options.name, { pasid: this.pasid });
    return this.#inner.access(options);
  }

  withPasid(pasid: Pasid): Dma {
    return new WatchedDma(this.#inner.withPasid(pasid), this.#note);
  }

  #noteRange(method: string, iova: Iova, length: number): void {
    this.#note(method, `0x${iova.toString(16)}, ${length} bytes`, { pasid: this.pasid });
  }
}

/** Interrupts of a model, with everything that raises one noted. */
export function watchedIrqs(inner: Irqs, note: Note): Irqs {
  return {
    trigger: (index, subindex = 0) => {
      note('trigger', `${index}, ${subindex}`, { irq: { index, subindex } });
      return inner.trigger(index, subindex);
    },
    assert: (index) => {
      note('assert', String(index), { irq: { index, subindex: 0 } });
      return inner.assert(index);
    },
    deassert: (index) => {
      inner.deassert(index);
    },
    enabled: (index) => inner.enabled(index),
  };
}

export function watchedEvents(inner: DeviceEvents, note: Note): DeviceEvents {
  return {
    report: (event: DeviceEvent) => {
      note('report', event.kind);
      inner.report(event);
    },
  };
}

/** The clock of a model: notes what is scheduled and what fires; `pending` has every timer that is neither due nor cancelled. */
export function watchedClock(inner: Clock, note: Note, pending: Set<object>): Clock {
  return {
    now: () => inner.now(),
    schedule: (delay, callback) => {
      note('schedule', `${delay} ms`);
      const timer = {};
      pending.add(timer);
      const scheduled = inner.schedule(delay, () => {
        pending.delete(timer);
        note('fire');
        callback();
      });
      return {
        [Symbol.dispose]: () => {
          pending.delete(timer);
          scheduled[Symbol.dispose]();
        },
      };
    },
  };
}
