import type { Pasid } from '@mdevkit/core';

/**
 * Where an mdev is in its life, as its driver has been told: `opening` and `closing` while the core opens or closes it,
 * `quiet` from the answer of `quiesce` to `resume`.
 */
export type Phase = 'made' | 'opening' | 'open' | 'quiet' | 'closing' | 'closed' | 'gone';

/** What a model is given, and uses. */
export type ServiceName = 'dma' | 'irqs' | 'events' | 'clock';

/** One call of a model to what it was given. */
export interface ServiceCall {
  /** UUID. */
  readonly mdev: string;
  readonly service: ServiceName;
  /** For example `write`, or `fire` of a timer. */
  readonly method: string;
  readonly phase: Phase;
  /** For people: where, how much. */
  readonly detail: string;
  /** Of an interrupt that is raised. */
  readonly irq?: RaisedIrq;
  /** Of DMA. */
  readonly pasid?: Pasid;
}

/** An interrupt, as its model names it. */
export interface RaisedIrq {
  readonly index: number;
  readonly subindex: number;
}

/** A hook of a model that was called. */
export interface HookCall {
  readonly mdev: string;
  readonly hook: 'open' | 'close' | 'reset' | 'quiesce' | 'resume' | 'drainPasid' | 'end';
  /** How it ended; `begun` as long as it has not. */
  outcome: 'begun' | 'done' | 'failed';
}

/** Hears of every call, before it is done; what it throws is thrown at the model. */
export type OnService = (call: ServiceCall) => void;

/** For messages. */
export function describeCalls(calls: readonly ServiceCall[]): string {
  const told = calls
    .slice(0, 3)
    .map(({ service, method, phase, detail }) => `${service}.${method}(${detail}) while ${phase}`);
  return told.join('; ') + (calls.length > 3 ? `; and ${calls.length - 3} more` : '');
}
