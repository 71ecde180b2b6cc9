import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { PasidAllocator } from './pasid-allocator.js';

/** So few that they run out, and come back, all the time. */
const BITS = 2;
const ALL = Array.from({ length: 2 ** BITS - 1 }, (_, index) => index + 1);

/** Four lists; `free` is in the order in which they are to be handed out. */
class NaivePasids {
  readonly lists: Record<'free' | 'active' | 'draining' | 'leaked', number[]> = {
    free: [...ALL],
    active: [],
    draining: [],
    leaked: [],
  };

  allocate(): number | string {
    const [pasid] = this.lists.free;
    return pasid === undefined
      ? 'ENOSPC pasid.exhausted'
      : (this.#move(pasid, 'free', 'active') ?? pasid);
  }

  retire(pasid: number): string | undefined {
    return this.#move(pasid, 'active', 'draining');
  }

  confirmQuiet(pasid: number): string | undefined {
    return this.#move(pasid, 'draining', 'free');
  }

  leak(pasid: number): string | undefined {
    return this.#move(pasid, 'draining', 'leaked');
  }

  #move(
    pasid: number,
    from: keyof NaivePasids['lists'],
    to: keyof NaivePasids['lists'],
  ): string | undefined {
    const index = this.lists[from].indexOf(pasid);
    if (index < 0) {
      return 'EINVAL pasid.state';
    }
    this.lists[from].splice(index, 1);
    this.lists[to].push(pasid);
    return undefined;
  }
}

const calls = fc.array(
  fc.record({
    // Leaks are rare, as otherwise nothing remains.
    step: fc.oneof(
      { weight: 16, arbitrary: fc.constant('allocate' as const) },
      { weight: 16, arbitrary: fc.constant('retire' as const) },
      { weight: 16, arbitrary: fc.constant('confirmQuiet' as const) },
      { weight: 1, arbitrary: fc.constant('leak' as const) },
    ),
    any: fc.integer({ min: 0, max: 2 ** BITS }),
    fitting: fc.boolean(),
  }),
  { minLength: 20, maxLength: 120 },
);

describe('PasidAllocator against four lists (drivers/misc/ocxl/context.c)', () => {
  it('has the same answers, states and counters, and hands out no PASID twice', () => {
    let [reused, exhausted] = [0, 0];
    fc.assert(
      fc.property(calls, (sequence) => {
        const pasids = new PasidAllocator({ bits: BITS });
        const naive = new NaivePasids();
        for (const { step, any, fitting } of sequence) {
          const { active, draining, leaked } = naive.lists;
          const candidates = step === 'retire' ? active : draining;
          const pasid = (fitting ? candidates[any % candidates.length] : undefined) ?? any;
          const busy = [...active, ...draining, ...leaked];
          const answer = outcome<number | undefined>(() => {
            if (step === 'allocate') {
              return pasids.allocate();
            }
            pasids[step](pasid);
            return undefined;
          });
          if (typeof answer === 'number') {
            expect(busy).not.to.include(answer);
          }
          reused += step === 'confirmQuiet' && answer === undefined ? 1 : 0;
          exhausted += answer === 'ENOSPC pasid.exhausted' ? 1 : 0;
          expect(answer).to.equal(step === 'allocate' ? naive.allocate() : naive[step](pasid));
          expect(pasids.counters).to.deep.equal({
            active: active.length,
            draining: draining.length,
            leaked: leaked.length,
            available: naive.lists.free.length,
          });
          for (const [state, list] of Object.entries(naive.lists)) {
            expect(list.map((one) => pasids.state(one))).to.deep.equal(list.map(() => state));
          }
        }
      }),
      { seed: 20261121, numRuns: 200 },
    );
    expect(Math.min(reused, exhausted)).to.be.greaterThan(100);
  });
});
