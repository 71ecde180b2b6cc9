import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import sinon from 'sinon';
import { withDeadline } from './deadline.js';
import { LineSplitter } from './line-splitter.js';
import { TextLog } from './text-log.js';

describe('LineSplitter (own rule)', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    const line = fc.string({ maxLength: 12, unit: 'grapheme' }).filter((s) => !/[\r\n]/.test(s));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        (lines, step) => {
          const bytes = Buffer.from(lines.map((each) => `${each}\r\n`).join(''));
          const splitter = new LineSplitter();
          const found: string[] = [];
          for (let at = 0; at < bytes.length; at += step) {
            found.push(...splitter.feed(bytes.subarray(at, at + step)));
          }
          expect(found).to.deep.equal(lines);
        },
      ),
      { seed: 20261121, numRuns: 200 },
    );
  });
});

describe('with fake timers', () => {
  let fake: sinon.SinonFakeTimers;
  beforeEach(() => {
    fake = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => fake.restore());

  describe('withDeadline (own rule)', () => {
    it('gives what comes in time, and leaves no timer', async () => {
      const work = withDeadline(Promise.resolve('done'), 10, () => new Error('late'));
      expect(await work).to.equal('done');
      expect(fake.countTimers()).to.equal(0);
    });

    it('fails with the error of that moment', async () => {
      let seen = 'early';
      const never = new Promise<never>(() => undefined);
      const work = withDeadline(never, 10, () => new Error(seen)).catch((error: unknown) => error);
      fake.tick(9);
      seen = 'at the deadline';
      fake.tick(1);
      expect(await work).to.have.property('message', 'at the deadline');
    });
  });

  describe('TextLog (own rule)', () => {
    const log = (): TextLog => new TextLog('console');

    it('finds what was written before, and what comes in pieces', async () => {
      const console = log();
      console.append(Buffer.from('Linux ver'));
      const early = await console.waitFor(/Linux/);
      const split = console.waitFor(/version (\d+)\n/);
      console.append(Buffer.from('sion 7'));
      console.append(Buffer.from('\r\n'));
      expect(early[0]).to.equal('Linux');
      expect((await split)[1]).to.equal('7');
      expect(console.text).to.equal('Linux version 7\n');
    });

    it('can look from a point on', async () => {
      const console = log();
      console.append(Buffer.from('once '));
      const again = console.waitFor(/once/, { from: console.length });
      console.append(Buffer.from('and once more'));
      expect((await again).index).to.equal(4);
    });

    it('fails with its tail when it ends or when time is up', async () => {
      const console = log();
      console.append(Buffer.from('the last line'));
      const late = console.waitFor(/a/, { from: 100, limitMs: 5 }).catch((error: unknown) => error);
      const ended = console.waitFor(/panic/).catch((error: unknown) => error);
      fake.tick(5);
      console.end();
      const after = console.waitFor(/panic/).catch((error: unknown) => error);
      for (const error of [await late, await ended, await after]) {
        expect(error).to.have.property('message').that.includes('the last line');
      }
      expect(fake.countTimers()).to.equal(0);
    });
  });
});
