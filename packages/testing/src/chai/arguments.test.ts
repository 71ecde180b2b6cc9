import { inspect } from 'node:util';
import { MdevError } from '@mdevkit/core';
import { AssertionError, expect, use } from 'chai';
import { before, describe, it } from 'mocha';
import { fakeServices } from '../fakes/index.js';
import { mdevkitChai } from './index.js';

describe('arguments of mdevkitChai (own rule: not does not hide a mistake)', () => {
  before(() => {
    use(mdevkitChai);
  });

  it('arguments that mean nothing are a TypeError, also with not', async () => {
    const { dma, irqs, events, logger } = fakeServices();
    const error = new MdevError('EIO', 'model.threw', 'the model threw');
    // As a test in JavaScript calls them.
    const not = (subject: unknown): Record<string, (...args: readonly unknown[]) => unknown> =>
      Object(expect(subject).not.to.be) as Record<string, (...args: readonly unknown[]) => unknown>;
    for (const [subject, assertion, ...args] of [
      [irqs, 'fired', -1],
      [irqs, 'fired', 0.5],
      [irqs, 'fired', NaN],
      [irqs, 'fired', '1'],
      [irqs, 'fired', 1, 2],
      [irqs, 'fired', { index: 1 }, { index: 2 }],
      [irqs, 'fired', { index: -1 }],
      [irqs, 'fired', 1, { subindex: 0.5 }],
      [irqs, 'fired', { idx: 1 }],
      [dma, 'written', 0.5],
      [dma, 'written', -1],
      [dma, 'written', -1n],
      [dma, 'written', '16'],
      [dma, 'written', 1n << 64n],
      [dma, 'written', (1n << 64n) - 1n, [1, 2]],
      [dma, 'written', 0, []],
      [dma, 'written', 0, [256]],
      [dma, 'written', 0, 1],
      [dma, 'written', 0, '1'],
      [dma, 'written', undefined, [1]],
      [dma, 'written', 0, [1], { pasid: -1 }],
      [dma, 'written', 0, [1], { pasId: 1 }],
      [dma, 'read', 0.5],
      [dma, 'read', 0, 0],
      [dma, 'read', 0, -1],
      [dma, 'read', undefined, 1],
      [dma, 'read', 0, 1, { pasid: 2 ** 20 }],
      [dma, 'faulted', 0.5],
      [events, 'reported', 'fault'],
      [events, 'reported', { kind: 'falt' }],
      [events, 'reported', {}],
      [logger, 'logged', 'late'],
      [logger, 'logged', 'warn', 3],
      [error, 'mdevError', 'model.threw'],
      [error, 'mdevError', 'EIO', 5],
    ] as const) {
      expect(() => not(subject)[assertion]?.(...args), `${assertion} ${inspect(args)}`).to.throw(
        TypeError,
        new RegExp(`^${assertion} takes .*, not `),
      );
    }
    const late = Promise.resolve(not(error)['rejectedWithMdev']?.('model.threw'));
    expect(await late.catch((reason: unknown) => reason)).to.be.instanceOf(AssertionError);
    const threw = Promise.resolve(not(() => 1)['rejectedWithMdev']?.('model.threw'));
    expect(await threw.catch((reason: unknown) => reason)).to.be.instanceOf(TypeError);
  });
});
