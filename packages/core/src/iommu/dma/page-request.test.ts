import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../../errors/outcome.test-support.js';
import type { DeviceEvent } from '../../event/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import type { PageRequest } from './dma-target.js';
import { FAULT } from './dma-bench.test-support.js';
import { DmaPort } from './dma-port.js';
import type { Dma, DmaAccess, Iova } from './dma.js';
import { DmaFaultError, type DmaFault } from './fault.js';

type Answer = 'success' | 'invalid';

/** A space in which page 0 is there for reading, and whose requests the test answers. */
class RequestBench {
  readonly asked: PageRequest[] = [];
  readonly events: DeviceEvent[] = [];
  readonly space = new AddressSpace();
  readonly port = DmaPort.onto(this.space, { report: (event) => this.events.push(event) }, 7);
  answer: (request: PageRequest) => Answer | Promise<Answer> = () => 'invalid';

  constructor() {
    this.space.map({ iova: 0, memory: new Uint8Array(PAGE), write: false });
    this.space.pageRequests = {
      request: async (request) => {
        this.asked.push(request);
        return this.answer(request);
      },
    };
  }

  /** What a handler does. */
  provide(page: number): Answer {
    this.space.map({ iova: page * PAGE, memory: new Uint8Array(PAGE) });
    return 'success';
  }
}

async function faultOf(dma: Dma, iova: Iova, length: number, access: DmaAccess): Promise<DmaFault> {
  try {
    await dma.request(iova, length, access);
  } catch (error) {
    if (error instanceof DmaFaultError) {
      return error.fault;
    }
    throw error;
  }
  throw new Error('no fault');
}

describe('page requests (PCIe Base Spec, section 10.4, Page Request Services)', () => {
  it('request there: for what can be accessed, or for nothing, resolve without a question', async () => {
    const { port, asked } = new RequestBench();
    await port.request(0, PAGE, 'read');
    await port.request(5 * PAGE, 0, 'read');
    expect(asked).to.deep.equal([]);
    expect(port.counters).to.deep.equal({ bytesRead: 0, bytesWritten: 0, faults: 0 });
  });

  it('request asked: ask with PASID, address, length and access, and resolve once it is there', async () => {
    const bench = new RequestBench();
    bench.answer = () => bench.provide(1);
    await bench.port.request(PAGE - 8, 16, 'read');
    expect(bench.asked).to.have.length(1);
    const request = { pasid: 7, iova: BigInt(PAGE - 8), length: 16, access: 'read' };
    expect(bench.asked[0]).to.deep.include(request);
    bench.port.read(PAGE - 8, new Uint8Array(16));
    expect(bench.events).to.deep.equal([]);
  });

  it('request permission: a map that does not allow the access is asked for, too', async () => {
    const bench = new RequestBench();
    bench.answer = () => {
      bench.space.unmapAll();
      return bench.provide(0);
    };
    await bench.port.request(0, 1, 'write');
    expect(bench.asked).to.have.length(1);
  });

  for (const [what, answer] of [
    ['refuses', () => 'invalid'],
    ['says success, but it is not there', () => 'success'],
    [
      'throws',
      () => {
        throw new Error('no memory');
      },
    ],
  ] as readonly (readonly [string, () => Answer])[]) {
    it(`request refused: fault with cause request when the other side ${what}`, async () => {
      const bench = new RequestBench();
      bench.answer = answer;
      const fault = await faultOf(bench.port, PAGE, 4, 'write');
      expect(fault).to.deep.equal({
        pasid: 7,
        iova: BigInt(PAGE),
        length: 4,
        access: 'write',
        cause: 'request',
      });
      expect(bench.events).to.deep.equal([{ kind: 'fault', ...fault }]);
      expect(bench.port.counters.faults).to.equal(1);
    });
  }

  it('request nobody: are answered by what was there already where nobody can be asked', async () => {
    const bench = new RequestBench();
    bench.space.pageRequests = undefined;
    expect((await faultOf(bench.port, PAGE, 1, 'read')).cause).to.equal('unmapped');
    expect((await faultOf(bench.port, 0, 1, 'write')).cause).to.equal('permission');
    bench.port.retarget(undefined);
    expect((await faultOf(bench.port, 0, 1, 'read')).cause).to.equal('unattached');
    expect((await faultOf(bench.port.withPasid(3), 0, 1, 'read')).cause).to.equal('unattached');
    expect(bench.events).to.have.length(4);
  });

  for (const [iova, length] of [
    [PAGE, -1],
    [PAGE, 0.5],
    [NaN, 1],
    [-PAGE, 1],
    [2n ** 64n - 1n, 2],
  ] as const) {
    it(`request range: ${length} bytes at ${iova} are no range: nobody is asked`, async () => {
      const bench = new RequestBench();
      expect((await faultOf(bench.port, iova, length, 'read')).cause).to.equal('unmapped');
      expect(bench.asked).to.deep.equal([]);
    });
  }

  it('request moved: of a PASID that was led elsewhere meanwhile are unattached', async () => {
    const bench = new RequestBench();
    const target: { pasid: number; space: AddressSpace | undefined } = {
      pasid: 7,
      space: bench.space,
    };
    bench.port.retarget(target);
    bench.answer = () => {
      target.space = undefined;
      return 'invalid';
    };
    expect((await faultOf(bench.port, PAGE, 1, 'read')).cause).to.equal('unattached');
    expect(bench.events).to.have.length(1);
  });

  it('request gone: of a client that is gone are not told to the next one (own rule: isolation)', async () => {
    const bench = new RequestBench();
    const next = new AddressSpace();
    next.map({ iova: PAGE, memory: new Uint8Array(PAGE) });
    bench.answer = () => {
      bench.port.retarget({ pasid: 8, space: next });
      return bench.provide(1);
    };
    const fault = await faultOf(bench.port, PAGE, 1, 'read');
    expect([fault.pasid, fault.cause]).to.deep.equal([7, 'unattached']);
    expect(bench.events).to.deep.equal([]);
    expect(bench.port.counters.faults, 'it counts').to.equal(1);
    expect(await settled(bench.port.request(2 * PAGE, 1, 'read'))).to.equal(FAULT);
  });
});
