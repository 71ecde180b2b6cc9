import { settled } from '@mdevkit/core/test-support';
import type { DoeCall, DoeFeature } from './doe-feature.js';
import type { DoeOutcome, DoeRequester } from './ports.js';

/** A call that a test settles. */
export interface ScriptedCall {
  readonly request: Uint8Array;
  readonly signal: AbortSignal;
  readonly at: number;
  resolve(response: unknown): void;
  reject(error: unknown): void;
}

/** A feature that answers when a test says so, or at once with what it was asked. */
export class ScriptedFeature implements DoeFeature {
  readonly vendor: number;
  readonly type: number;
  readonly calls: ScriptedCall[] = [];
  readonly log: string[];
  isSync: boolean;
  /** Instead of the echo of a synchronous feature, or before the promise of another. */
  onHandle: ((request: Uint8Array, call: DoeCall) => unknown) | undefined;
  onReset: (() => void) | undefined;
  onDispose: (() => void) | undefined;
  resets = 0;
  disposals = 0;
  /** Calls under way at the same time, at the most. */
  most = 0;
  #running = 0;

  constructor(vendor: number, type: number, isSync = true, log: string[] = []) {
    this.vendor = vendor;
    this.type = type;
    this.isSync = isSync;
    this.log = log;
  }

  handle(request: Uint8Array, call: DoeCall): Uint8Array | Promise<Uint8Array | undefined> {
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    this.log.push(`handle ${this.type}`);
    if (!this.isSync) {
      const { signal, at } = call;
      const promise = new Promise<Uint8Array | undefined>((resolve, reject) => {
        this.calls.push({
          request: request.slice(),
          signal,
          at,
          // A test may answer what no feature should.
          resolve,
          reject,
        });
      });
      this.onHandle?.(request, call);
      return promise.finally(() => {
        this.#running -= 1;
      });
    }
    try {
      return this.onHandle === undefined ? request : (this.onHandle(request, call) as Uint8Array);
    } finally {
      this.#running -= 1;
    }
  }

  reset(): void {
    this.resets += 1;
    this.log.push(`reset ${this.type}`);
    this.onReset?.();
  }

  [Symbol.dispose](): void {
    this.disposals += 1;
    this.log.push(`dispose ${this.type}`);
    this.onDispose?.();
  }

  /** The newest call. */
  get call(): ScriptedCall {
    const call = this.calls.at(-1);
    if (call === undefined) {
      throw new Error('the feature was not asked');
    }
    return call;
  }
}

export const registers: DoeRequester = { name: 'registers', kind: 'registers' };

/** `01020304`, `EIO doe.revoked`, `discard`, or `none`. */
export function textOf(outcome: DoeOutcome | undefined): string {
  switch (outcome?.kind) {
    case undefined:
      return 'none';
    case 'response':
      return hexOf(outcome.object.subarray(8));
    case 'discard':
      return 'discard';
    case 'error':
      return `${outcome.reason.code} ${outcome.reason.reason}`;
  }
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** What a call answers, as text: bytes in hex, `none` for all else, `EINVAL doe.some-reason` and the like for a refusal. */
export async function answerText(call: () => unknown): Promise<string> {
  const answer = await settled(call);
  if (typeof answer === 'string') {
    return answer;
  }
  return answer instanceof Uint8Array ? hexOf(answer) : 'none';
}
