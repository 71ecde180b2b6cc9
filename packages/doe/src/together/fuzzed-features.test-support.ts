import type { DoeCall, DoeFeature } from '../driver/index.js';
import type { Random } from '../driver/instance/fuzz-clients.test-support.js';

/** What features of a fuzzed function share. */
export class FuzzedFeatures {
  /** Answers that are under way, each with what ends it. */
  readonly unsettled = new Set<() => void>();
  /** How often each was asked and answered, as `asked 6d64:1`. SPDM answers by their codes, as `spdm 61`. */
  readonly counts = new Map<string, number>();
  /** What no caller of a feature may do; the first is kept. */
  broken: string | undefined;
  /** Without moods, features answer at once. */
  areMoody = true;
  /** What a feature does to its device while it is asked. */
  meddle: (() => void) | undefined;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  breaks(rule: string): void {
    this.broken ??= rule;
  }

  /** Ends an answer that is under way. */
  settleOne(): void {
    const all = [...this.unsettled];
    this.#random.pick(all, undefined)?.();
  }

  settleAll(): void {
    for (const settle of this.unsettled) {
      settle();
    }
  }

  /** `value` later, or never; sometimes a failure instead. */
  later<T>(value: T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.unsettled.delete(settle);
        if (this.areMoody && this.#random.below(8) === 0) {
          reject(new Error('a feature fails late'));
        } else {
          resolve(value);
        }
      };
      this.unsettled.add(settle);
    });
  }

  /** A feature of no standard that does everything that a feature can do. */
  moody(vendor: number, type: number): DoeFeature {
    return { vendor, type, handle: (request) => this.#moodily(request) };
  }

  /** Holds the caller of a feature to its contract. */
  watched(feature: DoeFeature): DoeFeature {
    const { vendor, type } = feature;
    const name = `${vendor.toString(16)}:${type}`;
    let calls = 0;
    let isGone = false;
    const ended = (answer: Uint8Array | undefined): Uint8Array | undefined => {
      calls--;
      this.count(answer === undefined ? `no answer ${name}` : `answered ${name}`);
      if (vendor === 1 && type === 1 && answer !== undefined) {
        this.count(`spdm ${(answer[1] ?? 0).toString(16)}`);
      }
      return answer;
    };
    return {
      vendor,
      type,
      handle: (request: Uint8Array, call: DoeCall) => {
        if (calls > 0 || isGone || request.length % 4 !== 0) {
          this.breaks(`${name}: ${calls} calls, ${isGone ? 'gone' : 'here'}, ${request.length}`);
        }
        calls++;
        this.count(`asked ${name}`);
        try {
          const answer = feature.handle(request, call);
          return answer instanceof Promise
            ? answer.then(ended, (error: unknown) => {
                ended(undefined);
                throw error;
              })
            : ended(answer);
        } catch (error) {
          ended(undefined);
          throw error;
        }
      },
      reset: () => {
        if (calls > 0 || isGone) {
          this.breaks(`${name}: told to forget during a call, or after its end`);
        }
        feature.reset?.();
      },
      [Symbol.dispose]: () => {
        if (isGone) {
          this.breaks(`${name}: disposed twice`);
        }
        isGone = true;
        this.count(`disposed ${name}`);
        feature[Symbol.dispose]?.();
      },
    };
  }

  #moodily(request: Uint8Array): ReturnType<DoeFeature['handle']> {
    const random = this.#random;
    const answer = request.slice(0, random.below(request.length + 1));
    if (!this.areMoody) {
      return answer;
    }
    if (random.below(16) === 0) {
      this.meddle?.();
    }
    switch (random.below(8)) {
      case 0:
        return undefined;
      case 1:
        throw new Error('a feature fails');
      case 2:
        return Promise.resolve(answer);
      case 3:
        return Promise.reject(new Error('a feature fails'));
      case 4:
      case 5:
        return this.later(answer);
      default:
        return answer;
    }
  }
}
