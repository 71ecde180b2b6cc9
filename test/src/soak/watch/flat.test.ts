import { Random } from '@mdevkit/testing';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { flatness, type Sample } from './flat.js';
import { quantities } from './quantities.js';

/** A run of ten minutes, a sample every five seconds, by a function of the sample's number and noise of -0.5 .. 0.5. */
function run(value: (n: number, noise: number) => number): Sample[] {
  const random = new Random(20261121);
  return Array.from({ length: 120 }, (_, n) => ({
    at: n * 5,
    value: value(n, random.next() / 2 ** 32 - 0.5),
  }));
}

const { descriptors, heap } = quantities;

describe('flatness of a quantity over a run (own rule)', () => {
  it('a descriptor lost every thirty seconds is found', () => {
    expect(
      flatness(
        run((n) => 40 + Math.floor(n / 6)),
        descriptors.allowance,
      ).verdict,
    ).to.equal('grows');
  });

  it('descriptors that come and go are flat', () => {
    const samples = run((_, noise) => 40 + Math.round(noise * 10));
    expect(flatness(samples, descriptors.allowance).verdict).to.equal('flat');
  });

  it('one KiB a round, at nine rounds a second, is found in a noisy heap', () => {
    const samples = run((n, noise) => 36e6 + n * 5 * 9 * 1024 + noise * 1e6);
    expect(flatness(samples, heap.allowance).verdict).to.equal('grows');
  });

  it('a heap that grows while it warms up, and outliers, are flat', () => {
    const samples = run((n, noise) =>
      n < 20 ? 30e6 + n * 1.5e6 : 60e6 + noise * 1e6 + (n % 30 === 0 ? 40e6 : 0),
    );
    expect(flatness(samples, heap.allowance).verdict).to.equal('flat');
  });

  it('what shrinks is flat, and of a few samples nothing is said', () => {
    expect(
      flatness(
        run((n) => 1000 - n),
        descriptors.allowance,
      ).verdict,
    ).to.equal('flat');
    const few = run((n) => n * 1000).slice(0, 4);
    expect(flatness(few, descriptors.allowance).verdict).to.equal('too short to tell');
  });
});
