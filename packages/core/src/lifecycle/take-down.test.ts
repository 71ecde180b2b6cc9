import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../errors/index.js';
import { settleAll, takeDown, unlessGone } from './take-down.js';

async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('takeDown (own rule: one step that fails does not spare the others)', () => {
  it('runs every step in order, and throws the first error when all have run', async () => {
    const seen: number[] = [];
    const down = takeDown(
      () => seen.push(1),
      () => {
        throw new Error('second');
      },
      async () => {
        await Promise.resolve();
        seen.push(3);
        throw new Error('third');
      },
      () => seen.push(4),
    );
    expect(await messageOf(down)).to.equal('second');
    expect(seen).to.deep.equal([1, 3, 4]);
    expect(await messageOf(takeDown())).to.equal('none');
  });
});

describe('settleAll (own rule: nobody is left behind)', () => {
  it('throws the first error, and not before the last one has ended', async () => {
    let end = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      end = resolve;
    });
    let isOver = false;
    const all = messageOf(
      settleAll([Promise.reject(new Error('first')), slow, Promise.reject(new Error('other'))]),
    ).finally(() => {
      isOver = true;
    });
    for (let i = 0; i < 20; i++) {
      await Promise.resolve();
    }
    expect(isOver).to.equal(false);
    end();
    expect(await all).to.equal('first');
    expect(await messageOf(settleAll([slow]))).to.equal('none');
  });
});

describe('unlessGone (own rule: what a device refuses needs no taking down)', () => {
  it('takes errors of the device for done, and no others', async () => {
    const gone = new MdevError('ENODEV', 'device.gone', 'gone');
    expect(await messageOf(unlessGone(Promise.reject(gone)))).to.equal('none');
    expect(await messageOf(unlessGone(Promise.reject(new Error('EPIPE'))))).to.equal('EPIPE');
  });
});
