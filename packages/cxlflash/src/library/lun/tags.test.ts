import { MdevError } from '@mdevkit/core';
import { SISL_AFU_RC_RHT_INVALID } from '@mdevkit/uapi';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { reasonOf, settled } from '../engine-bench.test-support.js';
import { block, LunBench } from './lun-bench.test-support.js';

const invalid = { rc: { afu_rc: SISL_AFU_RC_RHT_INVALID } };

describe('asynchronous requests (open-power/capiflash cflash_block.c, cblk_aread and cblk_aresult)', () => {
  it('a request has a tag until its result is taken, exactly once', async () => {
    using bench = new LunBench();
    const { lun } = bench;
    const tag = await lun.aread(0, new Uint8Array(8192));
    expect(await lun.result(tag, { wait: false })).to.equal(0);
    await settled();
    bench.answer();
    expect(await lun.result(tag)).to.equal(2);
    expect(await reasonOf(lun.result(tag))).to.equal('cxlflash.tag-free');
  });

  it('tags out of range are EINVAL, unused ones ENOMSG', async () => {
    using bench = new LunBench({ maxRequests: 2 });
    const { lun } = bench;
    for (const tag of [-1, 2, 0.5, NaN]) {
      expect(await reasonOf(lun.result(tag)), String(tag)).to.equal('cxlflash.tag');
    }
    expect(await reasonOf(lun.result(1))).to.equal('cxlflash.tag-free');
  });

  it('A30 nextResult takes what ended first, waits for it, and is ENOENT when nothing is active', async () => {
    using bench = new LunBench();
    const { lun } = bench;
    expect(await reasonOf(lun.nextResult())).to.equal('cxlflash.none-active');
    const first = await lun.aread(0, block());
    const second = await lun.awrite(1, block());
    await settled();
    expect(await lun.nextResult({ wait: false })).to.equal(undefined);
    const waiting = lun.nextResult();
    bench.answer(1);
    expect(await waiting).to.deep.equal({ tag: second, blocks: 1 });
    bench.afu.respond(invalid);
    bench.engine.drain();
    const last = await lun.nextResult();
    expect([last?.tag, last?.blocks, last?.error?.reason]).to.deep.equal([
      first,
      0,
      'cxlflash.resource',
    ]);
    expect(await reasonOf(lun.nextResult())).to.equal('cxlflash.none-active');
  });

  it('who waits for any result when the last one is taken by its tag is told: ENOENT', async () => {
    using bench = new LunBench();
    const tag = await bench.lun.aread(0, block());
    const result = bench.lun.result(tag);
    const next = bench.lun.nextResult();
    await settled();
    bench.answer();
    expect(await result).to.equal(1);
    expect(await reasonOf(next)).to.equal('cxlflash.none-active');
  });

  it('of two who wait for a tag, the first gets it and the other ENOMSG', async () => {
    using bench = new LunBench();
    const tag = await bench.lun.aread(0, block());
    const results = [bench.lun.result(tag), reasonOf(bench.lun.result(tag))] as const;
    await settled();
    bench.answer();
    expect(await Promise.all(results)).to.deep.equal([1, 'cxlflash.tag-free']);
  });

  it('with all requests in use EWOULDBLOCK; a result not taken keeps its request', async () => {
    using bench = new LunBench({ maxRequests: 2 });
    const { lun } = bench;
    const first = await lun.aread(0, block());
    await lun.aread(0, block());
    expect(await reasonOf(lun.aread(0, block()))).to.equal('cxlflash.would-block');
    await settled();
    bench.answer();
    bench.answer();
    expect(await reasonOf(lun.awrite(0, block()))).to.equal('cxlflash.would-block');
    const waiting = lun.awrite(0, block(), { wait: true });
    await settled();
    await lun.result(first);
    expect(await waiting).to.equal(first);
  });

  it('A30 a user tag names its request, and one at a time', async () => {
    using bench = new LunBench();
    const { lun } = bench;
    const tag = await lun.aread(0, block(), { userTag: 0xffff_ffff });
    const again = lun.aread(0, block(), { userTag: 0xffff_ffff });
    expect(await reasonOf(again)).to.equal('cxlflash.user-tag');
    for (const userTag of [-1, 2 ** 32, 0.5]) {
      expect(await reasonOf(lun.aread(0, block(), { userTag }))).to.equal('cxlflash.user-tag');
    }
    expect(await reasonOf(lun.result(tag + 7, { userTag: true }))).to.equal('cxlflash.tag');
    await settled();
    bench.answer();
    expect(await lun.result(0xffff_ffff, { userTag: true })).to.equal(1);
    const later = await lun.aread(0, block(), { userTag: 0xffff_ffff });
    await settled();
    bench.answer();
    expect(await lun.nextResult()).to.deep.equal({ tag: later, userTag: 0xffff_ffff, blocks: 1 });
  });

  it('a user tag that became taken while one waited is refused, and costs no request', async () => {
    using bench = new LunBench({ maxRequests: 2 });
    const { lun } = bench;
    const tags = [await lun.aread(0, block()), await lun.aread(0, block())];
    const options = { wait: true, userTag: 5 };
    const first = lun.aread(1, block(), options);
    const second = reasonOf(lun.aread(2, block(), options));
    await settled();
    bench.answer();
    bench.answer();
    for (const tag of tags) {
      await lun.result(tag);
    }
    expect(await second).to.equal('cxlflash.user-tag');
    const third = await lun.aread(3, block());
    expect([await first, third].sort()).to.deep.equal([0, 1]);
  });

  it("the tag of a plain read is nobody else's to take", async () => {
    using bench = new LunBench({ maxRequests: 1 });
    const read = bench.lun.read(0, block());
    expect(await reasonOf(bench.lun.result(0))).to.equal('cxlflash.tag-free');
    expect(await reasonOf(bench.lun.nextResult())).to.equal('cxlflash.none-active');
    await settled();
    bench.answer();
    expect(await read).to.equal(1);
  });
});

type Step =
  | { readonly kind: 'issue'; readonly userTag: number | undefined }
  | { readonly kind: 'end'; readonly pick: number; readonly good: boolean }
  | { readonly kind: 'result'; readonly tag: number }
  | { readonly kind: 'userResult'; readonly tag: number }
  | { readonly kind: 'next' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('issue' as const),
      userTag: fc.option(fc.nat(3), { nil: undefined }),
    }),
    fc.record({ kind: fc.constant('end' as const), pick: fc.nat(), good: fc.boolean() }),
    fc.record({ kind: fc.constant('result' as const), tag: fc.integer({ min: -1, max: 4 }) }),
    fc.record({ kind: fc.constant('userResult' as const), tag: fc.nat(4) }),
    fc.record({ kind: fc.constant('next' as const) }),
  ),
  { maxLength: 60 },
);

interface Request {
  readonly tag: number;
  readonly userTag: number | undefined;
  ended: 'good' | 'bad' | undefined;
}

const LIMIT = 4;

/** What the rules of cblk_aresult say, without a device. */
class Model {
  requests: Request[] = [];
  readonly inDevice: Request[] = [];
  over: Request[] = [];

  issue(userTag: number | undefined): string {
    if (userTag !== undefined && this.requests.some((request) => request.userTag === userTag)) {
      return 'cxlflash.user-tag';
    }
    return this.requests.length === LIMIT ? 'cxlflash.would-block' : 'none';
  }

  take(request: Request | undefined, missing: string): string {
    if (request === undefined) {
      return missing;
    }
    if (request.ended === undefined) {
      return 'not yet';
    }
    this.requests = this.requests.filter((other) => other !== request);
    this.over = this.over.filter((other) => other !== request);
    return request.ended;
  }

  next(): string {
    const [first] = this.over;
    return this.take(first, this.requests.length === 0 ? 'cxlflash.none-active' : 'not yet');
  }
}

async function found(promise: Promise<number | { error?: unknown } | undefined>): Promise<string> {
  try {
    const value = await promise;
    if (value === 0 || value === undefined) {
      return 'not yet';
    }
    return typeof value === 'object' && value.error !== undefined ? 'bad' : 'good';
  } catch (error) {
    const reason = MdevError.is(error) ? error.reason : String(error);
    return reason === 'cxlflash.resource' ? 'bad' : reason;
  }
}

describe('tags against a model (open-power/capiflash cflash_block.c, cblk_aresult)', () => {
  it('any order of issuing, ending and taking', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        using bench = new LunBench({ maxRequests: LIMIT });
        const { lun } = bench;
        const model = new Model();
        for (const step of sequence) {
          switch (step.kind) {
            case 'issue': {
              const { userTag } = step;
              const expected = model.issue(userTag);
              const issued = lun.aread(0, block(), userTag === undefined ? {} : { userTag });
              expect(await reasonOf(issued)).to.equal(expected);
              if (expected === 'none') {
                const request: Request = { tag: await issued, userTag, ended: undefined };
                expect(model.requests.map(({ tag }) => tag)).not.to.include(request.tag);
                model.requests.push(request);
                model.inDevice.push(request);
                await settled();
              }
              break;
            }
            case 'end': {
              const at = step.pick % Math.max(1, model.inDevice.length);
              const [request] = model.inDevice.splice(at, 1);
              if (request !== undefined) {
                request.ended = step.good ? 'good' : 'bad';
                model.over.push(request);
                bench.afu.respond(step.good ? {} : invalid, at);
                bench.engine.drain();
              }
              break;
            }
            case 'result': {
              const isTag = step.tag >= 0 && step.tag < LIMIT;
              const request = model.requests.find(({ tag }) => tag === step.tag);
              const expected = model.take(request, isTag ? 'cxlflash.tag-free' : 'cxlflash.tag');
              expect(await found(lun.result(step.tag, { wait: false }))).to.equal(expected);
              break;
            }
            case 'userResult': {
              const request = model.requests.find(({ userTag }) => userTag === step.tag);
              const expected = model.take(request, 'cxlflash.tag');
              const options = { wait: false, userTag: true };
              expect(await found(lun.result(step.tag, options))).to.equal(expected);
              break;
            }
            case 'next': {
              const expected = model.next();
              expect(await found(lun.nextResult({ wait: false }))).to.equal(expected);
              break;
            }
          }
          expect(lun.statistics.active).to.equal(model.inDevice.length);
        }
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
