import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ManualClock } from '@mdevkit/core';
import {
  fixedMeasurements,
  issueAuthority,
  issueIdentity,
  SpdmResponder,
  type SpdmIdentity,
} from '../driver/index.js';
import { Random } from '../driver/instance/fuzz-clients.test-support.js';
import { attest } from '../library/index.js';
import { measured, validity } from './fixture.test-support.js';
import type { Said } from './fuzz-guest.test-support.js';
import { FuzzedLife } from './fuzzed-life.test-support.js';

/** How many things happen, and which ones. */
export interface FunctionFuzzOptions {
  readonly cases: number;
  readonly seed: number;
}

/** What a run has reached. */
export interface FunctionFuzzReport {
  readonly cases: number;
  /** Functions that came and went. */
  readonly functions: number;
  /** Discoveries that were answered, after an abort at any time. */
  readonly discoveries: number;
  /** Responses that a guest has read to their ends. */
  readonly drained: number;
  readonly messages: number;
  /** How often each feature was asked, what was granted, and so on. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Where the core announces disposables. */
const MADE = 'mdevkit.disposable.made';
const RELEASED = 'mdevkit.disposable.released';

/** After so many cases the function goes. */
const LIFE = 2000;
/** After so many it must be in reach. */
const REACH = 100;

/**
 * A guest, holders of grants and a driver with child devices use one function at the same time, while its features answer,
 * hang, fail and come late, and while it is reset; now and then it goes. Whatever happens: no access throws, nobody is
 * answered twice or never, features are asked one thing at a time; an abort ends, and after it discovery answers, with what
 * is not granted to others; nothing is left when the function is gone.
 *
 * @throws Error at the first that is not so, with the seed and the number of the case
 */
export async function fuzzFunction(options: FunctionFuzzOptions): Promise<FunctionFuzzReport> {
  const authority = await issueAuthority({ validity });
  const identity = await issueIdentity({ validity, authority });
  const conversation = await converse(identity, authority.certificate);
  return new FunctionFuzz(options.seed, identity, conversation).run(options.cases);
}

class FunctionFuzz {
  readonly #seed: number;
  readonly #random: Random;
  readonly #identity: SpdmIdentity;
  readonly #conversation: readonly Said[];
  readonly #counts = new Map<string, number>();
  #cases = 0;
  #functions = 0;
  #discoveries = 0;
  #drained = 0;
  #messages = 0;

  constructor(seed: number, identity: SpdmIdentity, conversation: readonly Said[]) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#identity = identity;
    this.#conversation = conversation;
  }

  async run(cases: number): Promise<FunctionFuzzReport> {
    try {
      while (this.#cases < cases) {
        await this.#live(Math.min(LIFE, cases - this.#cases));
      }
    } catch (error) {
      throw new Error(`seed ${this.#seed}, case ${this.#cases}: ${String(error)}`, {
        cause: error,
      });
    }
    return {
      cases: this.#cases,
      functions: this.#functions,
      discoveries: this.#discoveries,
      drained: this.#drained,
      messages: this.#messages,
      counts: this.#counts,
    };
  }

  /** One function from its beginning to its end. */
  async #live(cases: number): Promise<void> {
    const held = new HeldDisposables();
    try {
      const life = new FuzzedLife(this.#identity, this.#random, this.#conversation);
      for (let left = cases; left > 0; left--) {
        this.#cases++;
        await life.step();
        if (left % REACH === 0) {
          await life.reach();
          this.#discoveries++;
        }
      }
      await life.end();
      this.#add(life);
    } finally {
      held.stop();
    }
    if (held.all.size > 0) {
      throw new Error(`${held.all.size} disposables are left`);
    }
  }

  #add({ device, guest }: FuzzedLife): void {
    this.#functions++;
    this.#drained += guest.drained;
    this.#messages += device.irqs.log.length;
    for (const [what, count] of device.features.counts) {
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
    }
  }
}

/** What is announced as made, and not as released. */
class HeldDisposables {
  readonly all = new Set<unknown>();
  readonly #made = (disposable: unknown): void => void this.all.add(disposable);
  readonly #released = (disposable: unknown): void => void this.all.delete(disposable);

  constructor() {
    subscribe(MADE, this.#made);
    subscribe(RELEASED, this.#released);
  }

  stop(): void {
    unsubscribe(MADE, this.#made);
    unsubscribe(RELEASED, this.#released);
  }
}

/** What a verifier says to a device that it trusts, word for word. */
async function converse(identity: SpdmIdentity, root: Uint8Array): Promise<readonly Said[]> {
  const { cma, secured } = new SpdmResponder({
    slots: { 0: identity },
    measurements: fixedMeasurements(measured),
    clock: new ManualClock(),
    hashes: ['sha256'],
    dhe: ['prime256v1'],
  });
  const said: Said[] = [];
  const { signal } = new AbortController();
  const { verdict } = await attest(
    {
      exchange: async (vendor, type, payload) => {
        said.push({ vendor, type, payload: payload.slice() });
        const feature = type === cma.type ? cma : secured;
        return (await feature.handle(payload, { signal, at: 0x140 })) ?? new Uint8Array();
      },
    },
    {
      roots: [root],
      now: new Date('2027-01-01T00:00:00Z'),
      measurements: Object.fromEntries(measured.map(({ index, value }) => [index, { raw: value }])),
      session: true,
    },
  );
  if (verdict !== 'trusted') {
    throw new Error(`the conversation is ${verdict}`);
  }
  return said;
}
