import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../../clock/index.js';
import { microtasks } from '../../errors/outcome.test-support.js';
import type { PageRequest } from '../dma/index.js';
import {
  PageRequests,
  type PageRequestHandler,
  type PageRequestsOptions,
  type PageResponse,
} from './page-requests.js';
import type { DmaTarget } from '../dma/dma-target.js';
import { NotedLog } from './process.test-support.js';

const PRI = 'PCIe Base Spec, section 10.4';
const EVENTQ = 'drivers/iommu/iommufd/eventq.c';

const sources = [0, 1, 2].map((pasid): DmaTarget => ({ pasid, space: undefined }));

function sourceOf(pasid: number): DmaTarget {
  return sources[pasid] ?? { pasid, space: undefined };
}

function asked(pasid = 1, iova = 0x1000n, source = sourceOf(pasid)): PageRequest {
  return { pasid, source, iova, length: 16, access: 'read' };
}

/** Page requests whose handler answers when the test says so. */
class Bench {
  readonly log = new NotedLog();
  readonly clock = new ManualClock();
  readonly seen: PageRequest[] = [];
  readonly answers: string[] = [];
  readonly requests: PageRequests;
  readonly #waiting: ((response: PageResponse) => void)[] = [];

  constructor(options: Partial<PageRequestsOptions> = {}) {
    const handler: PageRequestHandler = (request) => {
      this.seen.push(request);
      return new Promise((resolve) => this.#waiting.push(resolve));
    };
    this.requests = new PageRequests({ handler, logger: this.log, clock: this.clock, ...options });
  }

  /** Asks, and notes the answer under `name`. */
  ask(name: string, request = asked()): void {
    void this.requests.request(request).then((answer) => this.answers.push(`${name} ${answer}`));
  }

  /** Lets the handler answer the request that it got as the `nth`. */
  async respond(nth: number, response: PageResponse): Promise<void> {
    this.#waiting[nth]?.(response);
    await microtasks();
  }
}

describe(`page requests (${PRI}; ${EVENTQ})`, () => {
  for (const response of ['success', 'invalid'] as const) {
    it(`page request answer: the device gets what the handler answers: ${response}`, async () => {
      const bench = new Bench();
      bench.ask('a', asked(3, 0x2000n));
      await microtasks();
      expect(bench.seen).to.deep.equal([asked(3, 0x2000n)]);
      expect([bench.answers, bench.requests.outstanding]).to.deep.equal([[], 1]);
      await bench.respond(0, response);
      expect(bench.answers).to.deep.equal([`a ${response}`]);
      expect([bench.requests.outstanding, bench.log.lines]).to.deep.equal([0, []]);
    });
  }

  it('page request turn: a handler may answer at once; it never runs inside the call of the device', async () => {
    let ran = false;
    const requests = new PageRequests({
      handler: () => {
        ran = true;
        return 'success';
      },
    });
    const answer = requests.request(asked());
    expect(ran).to.equal(false);
    expect([await answer, ran]).to.deep.equal(['success', true]);
  });

  it('page request order: requests are handled in their order, and answered in any', async () => {
    const bench = new Bench();
    bench.ask('a', asked(1, 0x1000n));
    bench.ask('b', asked(1, 0x2000n));
    await microtasks();
    expect(bench.seen.map(({ iova }) => iova)).to.deep.equal([0x1000n, 0x2000n]);
    await bench.respond(1, 'success');
    await bench.respond(0, 'invalid');
    expect(bench.answers).to.deep.equal(['b success', 'a invalid']);
  });

  const bad: readonly [name: string, handler: () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('none');
      },
    ],
    ['rejects', () => Promise.reject(new Error('none'))],
    ['answers nothing', () => undefined],
    ['answers a code that is none', () => 2],
    ['answers true', () => Promise.resolve(true)],
  ];
  for (const [name, handler] of bad) {
    it(`page request failure: a handler that ${name} answers invalid, and that is reported (${EVENTQ}, iommufd_fault_fops_write: code)`, async () => {
      const log = new NotedLog();
      const requests = new PageRequests({ handler: handler as PageRequestHandler, logger: log });
      expect(await requests.request(asked())).to.equal('invalid');
      expect(log.lines).to.have.length(1);
      expect(requests.outstanding).to.equal(0);
    });
  }
});

describe('page requests: deadline', () => {
  it('page request deadline: passes: invalid at the deadline and not before; the late answer is dropped', async () => {
    const bench = new Bench({ deadlineMs: 100 });
    bench.ask('a');
    await microtasks();
    bench.clock.advance(99);
    await microtasks();
    expect(bench.answers).to.deep.equal([]);
    bench.clock.advance(1);
    await microtasks();
    expect(bench.answers).to.deep.equal(['a invalid']);
    expect(bench.log.lines).to.have.length(1);
    await bench.respond(0, 'success');
    expect(bench.answers).to.deep.equal(['a invalid']);
  });

  it('an answer in time leaves no timer', async () => {
    const bench = new Bench({ deadlineMs: 100 });
    bench.ask('a');
    await microtasks();
    await bench.respond(0, 'success');
    expect(bench.clock.pendingCount).to.equal(0);
    bench.clock.advance(1000);
    expect([bench.answers, bench.log.lines]).to.deep.equal([['a success'], []]);
  });

  it('page request deadline: without one a request waits, and there is no timer', async () => {
    const bench = new Bench();
    bench.ask('a');
    await microtasks();
    expect(bench.clock.pendingCount).to.equal(0);
    bench.clock.advance(1e9);
    await microtasks();
    expect([bench.answers, bench.requests.outstanding]).to.deep.equal([[], 1]);
  });
});

describe(`page requests: cancel (${EVENTQ}, iommufd_auto_response_faults)`, () => {
  it('page request cancel: answers what is outstanding for the PASID invalid, and nothing else', async () => {
    const bench = new Bench({ deadlineMs: 100 });
    bench.ask('a', asked(1));
    bench.ask('b', asked(2));
    bench.ask('c', asked(1));
    await microtasks();
    bench.requests.cancel(sourceOf(1));
    await microtasks();
    expect(bench.answers).to.deep.equal(['a invalid', 'c invalid']);
    expect([bench.requests.outstanding, bench.clock.pendingCount]).to.deep.equal([1, 1]);
    await bench.respond(0, 'success');
    await bench.respond(1, 'success');
    expect(bench.answers).to.deep.equal(['a invalid', 'c invalid', 'b success']);
  });

  it('page request cancel: bug: the same PASID of another parent is not meant', async () => {
    const bench = new Bench();
    const other: DmaTarget = { pasid: 1, space: undefined };
    bench.ask('here', asked(1));
    bench.ask('there', asked(1, 0x1000n, other));
    await microtasks();
    bench.requests.cancel(sourceOf(1));
    await microtasks();
    expect(bench.answers).to.deep.equal(['here invalid']);
    await bench.respond(1, 'success');
    expect(bench.answers).to.deep.equal(['here invalid', 'there success']);
  });

  it('page request cancel: before the handler ran: it is not asked any more', async () => {
    const bench = new Bench();
    bench.ask('a');
    bench.requests.cancelAll();
    await microtasks();
    expect([bench.answers, bench.seen]).to.deep.equal([['a invalid'], []]);
  });

  it('the PASID may ask again afterwards', async () => {
    const bench = new Bench();
    bench.requests.cancel(sourceOf(1));
    bench.ask('a');
    await microtasks();
    await bench.respond(0, 'success');
    expect(bench.answers).to.deep.equal(['a success']);
  });
});

describe(`page requests: limit (${PRI}.1, Outstanding Page Request Allocation)`, () => {
  it('page request limit: one more than it is answered invalid without the handler; an answer makes room', async () => {
    const bench = new Bench({ limit: 2 });
    bench.ask('a');
    bench.ask('b');
    bench.ask('c');
    await microtasks();
    expect([bench.answers, bench.seen.length]).to.deep.equal([['c invalid'], 2]);
    expect(bench.log.lines).to.have.length(1);
    await bench.respond(0, 'success');
    bench.ask('d');
    await microtasks();
    await bench.respond(2, 'success');
    expect(bench.answers).to.deep.equal(['c invalid', 'a success', 'd success']);
  });

  for (const limit of [0, -1, 1.5, NaN]) {
    it(`page request options: ${limit} is none: RangeError`, () => {
      expect(() => new Bench({ limit })).to.throw(RangeError, 'limit of page requests');
    });
  }

  for (const deadlineMs of [0, -1, NaN]) {
    it(`page request options: a deadline of ${deadlineMs} ms is none: RangeError`, () => {
      expect(() => new Bench({ deadlineMs })).to.throw(RangeError, 'deadline');
    });
  }

  it('page request options: a deadline needs a clock: TypeError', () => {
    expect(() => new Bench({ deadlineMs: 1, clock: undefined })).to.throw(TypeError, 'clock');
  });
});
