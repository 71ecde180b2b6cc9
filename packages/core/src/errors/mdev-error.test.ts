import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from './catalogue.js';
import { MdevError } from './mdev-error.js';
import { defineReasons } from './define-reasons.js';

describe('MdevError (errno(3); include/uapi/asm-generic/errno-base.h)', () => {
  it('has the errno, its name, the reason and a message with the details', () => {
    const error = failure('irq.range', { index: 1, start: 2, count: 3, available: undefined });
    expect(error).to.be.instanceOf(Error);
    expect([error.errno, error.code, error.reason, error.name]).to.deep.equal([
      22,
      'EINVAL',
      'irq.range',
      'MdevError',
    ]);
    expect(error.message).to.equal(
      'EINVAL irq.range: start and count reach beyond the interrupts of the index (index=1, start=2, count=3)',
    );
    expect(error.errnoText).to.equal('Invalid argument');
  });

  it('without details says none', () => {
    expect(failure('eventfd.empty').message).to.equal('EAGAIN eventfd.empty: the counter is zero');
    expect(failure('eventfd.empty').details).to.deep.equal({});
  });

  it('keeps its cause, and has none when there is none', () => {
    const cause = new Error('deep');
    expect(failure('model.threw', { handler: 'read' }, cause).cause).to.equal(cause);
    expect(Object.hasOwn(failure('model.threw'), 'cause')).to.equal(false);
  });

  it('as JSON has what travels: bigints as text, no undefined, no stack', () => {
    const error = failure('dma.fault', {
      iova: 2n ** 63n,
      length: 4,
      access: 'read',
      x: undefined,
    });
    const json: unknown = JSON.parse(JSON.stringify(error));
    expect(json).to.deep.equal({
      errno: 14,
      code: 'EFAULT',
      reason: 'dma.fault',
      message: error.message,
      details: { iova: '9223372036854775808', length: 4, access: 'read' },
    });
    expect(failure('eventfd.empty').toJSON()).to.not.have.property('details');
  });
});

describe('MdevError.is (own rule: several copies of the package in one process)', () => {
  it('knows the errors of another copy, which instanceof does not', async () => {
    const path = './mdev-error.js?another-copy';
    const copy = (await import(path)) as { readonly MdevError: typeof MdevError };
    expect(copy.MdevError).to.not.equal(MdevError);
    const foreign = new copy.MdevError('EIO', 'other.reason', 'text');
    expect(foreign instanceof MdevError).to.equal(false);
    expect(MdevError.is(foreign)).to.equal(true);
    expect(copy.MdevError.is(failure('eventfd.empty'))).to.equal(true);
  });

  it('knows nothing else', () => {
    const alike = { errno: 5, code: 'EIO', reason: 'x.y', message: 'EIO x.y' };
    for (const other of [alike, new Error('EIO'), undefined, null, 'EIO', 5]) {
      expect(MdevError.is(other)).to.equal(false);
    }
  });
});

describe('defineReasons', () => {
  it('makes the errors of a catalogue of one’s own', () => {
    const make = defineReasons({
      'mine.full': { errno: 'ENOSPC', text: 'no room', source: 'write(2)' },
    });
    expect(make('mine.full', { left: 0 }).message).to.equal('ENOSPC mine.full: no room (left=0)');
  });
});
