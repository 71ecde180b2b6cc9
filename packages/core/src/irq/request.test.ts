import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../errors/outcome.test-support.js';
import { BOOL, EVENTFD, NONE, TRIGGER } from './irq.test-support.js';
import { validateIrqRequest, type RawIrqRequest } from './request.js';

const SOURCE = 'drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare';
const U32_MAX = 0xffff_ffff;
const counts = [1, 4, 0];
const good: RawIrqRequest = {
  index: 1,
  flags: BOOL | TRIGGER,
  start: 0,
  count: 2,
  bools: Uint8Array.of(1, 1),
};

function answer(change: Partial<RawIrqRequest>): unknown {
  const result = outcome(() => validateIrqRequest({ ...good, ...change }, counts));
  return typeof result === 'string' ? result : 'accepted';
}

/** Every rule in the kernel's order, with a change that breaks it and no rule before it. */
const rules: readonly [name: string, break_: (request: RawIrqRequest) => RawIrqRequest][] = [
  ['irq.index', (request) => ({ ...request, index: 3 })],
  ['irq.count', (request) => ({ ...request, start: U32_MAX - request.count })],
  ['irq.flags', (request) => ({ ...request, flags: request.flags | 0x40 })],
  ['irq.range', (request) => ({ ...request, count: 5 })],
  ['irq.data-type', (request) => ({ ...request, flags: request.flags & ~BOOL })],
  ['irq.payload', (request) => ({ ...request, bools: Uint8Array.of(1) })],
];

describe(`the checks that every irq index shares (${SOURCE})`, () => {
  it('accepts a request that breaks no rule', () => {
    expect(answer({})).to.equal('accepted');
  });

  for (let broken = 1; broken < 1 << rules.length; broken++) {
    const chosen = rules.filter((_, i) => (broken & (1 << i)) !== 0);
    const first = chosen[0]?.[0] ?? '';
    it(`${first.replace(/[.-]/g, ' ')}: breaking ${chosen.map(([name]) => name).join(' + ')} is EINVAL ${first}`, () => {
      // The range is broken before the overflow, which counts with it.
      const request = [...chosen].reverse().reduce((made, [, break_]) => break_(made), good);
      expect(answer(request)).to.equal(`EINVAL ${first}`);
    });
  }

  const edges: readonly [title: string, change: Partial<RawIrqRequest>, expected: string][] = [
    ['count U32_MAX - start', { start: 4, count: U32_MAX - 4 }, 'EINVAL irq.count'],
    ['count one below U32_MAX - start', { start: 4, count: U32_MAX - 5 }, 'EINVAL irq.range'],
    ['start U32_MAX, count 0', { start: U32_MAX, count: 0 }, 'EINVAL irq.count'],
    ['the last interrupt alone', { start: 3, count: 1 }, 'accepted'],
    ['one beyond the last', { start: 3, count: 2 }, 'EINVAL irq.range'],
    ['start at the end, count 0', { start: 4, count: 0 }, 'EINVAL irq.range'],
    ['start 0, count 0', { count: 0 }, 'accepted'],
    ['an index with no interrupts', { index: 2, count: 0, start: 0 }, 'EINVAL irq.range'],
    ['index -1', { index: -1 }, 'EINVAL irq.index'],
    ['index 0.5', { index: 0.5 }, 'EINVAL irq.index'],
    ['index NaN', { index: NaN }, 'EINVAL irq.index'],
    ['start -1', { start: -1 }, 'EINVAL irq.count'],
    ['start 0.5', { start: 0.5 }, 'EINVAL irq.count'],
    ['count NaN', { count: NaN }, 'EINVAL irq.count'],
    ['count 2^32', { count: 2 ** 32 }, 'EINVAL irq.count'],
    ['the sign bit of flags', { flags: (good.flags | 0x8000_0000) >>> 0 }, 'EINVAL irq.flags'],
    ['flags of more than 32 bits', { flags: 2 ** 32 + good.flags }, 'EINVAL irq.flags'],
    ['negative flags', { flags: -1 }, 'EINVAL irq.flags'],
    ['two data types', { flags: BOOL | NONE | TRIGGER }, 'EINVAL irq.data-type'],
    ['three data types', { flags: BOOL | NONE | EVENTFD | TRIGGER }, 'EINVAL irq.data-type'],
    ['more payload than needed', { bools: new Uint8Array(9) }, 'accepted'],
    ['EVENTFD without slots', { flags: EVENTFD | TRIGGER }, 'EINVAL irq.payload'],
    ['EVENTFD with slots', { flags: EVENTFD | TRIGGER, slots: [-1, -1] }, 'accepted'],
    ['NONE without payload', { flags: NONE | TRIGGER }, 'accepted'],
  ];
  for (const [title, change, expected] of edges) {
    it(`${title}: ${expected}`, () => {
      expect(answer(change)).to.equal(expected);
    });
  }

  it('irq action bits: does not look at the action bits: none and several pass, as action "none"', () => {
    for (const action of [0, TRIGGER | 8, 8 | 16, 8 | 16 | 32]) {
      expect(validateIrqRequest({ ...good, flags: BOOL | action }, counts).action).to.equal('none');
    }
    expect(validateIrqRequest({ ...good, flags: BOOL | 8 }, counts).action).to.equal('mask');
    expect(validateIrqRequest({ ...good, flags: BOOL | 16 }, counts).action).to.equal('unmask');
    expect(validateIrqRequest({ ...good, flags: BOOL | 32 }, counts).action).to.equal('trigger');
  });
});
