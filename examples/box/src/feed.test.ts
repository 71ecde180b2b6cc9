import { MdevError, type ReadTarget } from '@mdevkit/core';
import { POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Feed } from './feed.js';

const text = (byte: number): Uint8Array => Uint8Array.of(byte);

class Target implements ReadTarget {
  readonly length: number;
  readonly got: number[] = [];
  fails = false;

  constructor(length = 8) {
    this.length = length;
  }

  copy(header: Uint8Array, data: Uint8Array): void {
    if (this.fails) {
      throw new MdevError('EFAULT', 'test.copy', 'no such memory');
    }
    this.got.push(...header, ...data);
  }
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'ok';
  } catch (error) {
    return MdevError.is(error) ? error.code : String(error);
  }
}

describe('a feed (packages/core/src/event/descriptor-operations.ts)', () => {
  it('gives one text for each read, oldest first, and says whether there is one', () => {
    const feed = new Feed();
    let changes = 0;
    using _subscription = feed.onChange(() => (changes += 1));
    feed.push(text(1));
    feed.push(text(2));
    const target = new Target();
    expect([feed.poll(), feed.read(target, true), feed.read(target, true)]).to.deep.equal([
      POLLIN | POLLRDNORM,
      1,
      1,
    ]);
    expect([target.got, changes, feed.poll()]).to.deep.equal([[1, 2], 2, 0]);
    expect(codeOf(() => feed.read(target, true))).to.equal('EAGAIN');
  });

  it('keeps a text that does not reach its reader, who waited or not', async () => {
    const feed = new Feed();
    const bad = new Target();
    bad.fails = true;
    const waiting = Promise.resolve(feed.read(bad, false)).catch((error: unknown) => error);
    feed.push(text(7));
    expect(await waiting).to.include({ code: 'EFAULT' });
    expect(codeOf(() => feed.read(new Target(0), true))).to.equal('EINVAL');
    const target = new Target();
    expect([feed.read(target, true), target.got]).to.deep.equal([1, [7]]);
  });

  it('loses the oldest of 17 texts that nobody reads', () => {
    const feed = new Feed();
    for (let byte = 0; byte < 17; byte++) {
      feed.push(text(byte));
    }
    const target = new Target();
    expect(feed.read(target, true)).to.equal(1);
    expect(target.got).to.deep.equal([1]);
  });

  it('answers whoever waits when it is closed', async () => {
    const feed = new Feed();
    const waiting = Promise.resolve(feed.read(new Target(), false)).catch(
      (error: unknown) => error,
    );
    feed.closed();
    expect(await waiting).to.include({ code: 'EBADF' });
  });
});
