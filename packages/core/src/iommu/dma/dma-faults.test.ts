import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '../../errors/index.js';
import { IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { DmaBench, FAULT } from './dma-bench.test-support.js';
import type { Dma, DmaAccess, Iova } from './dma.js';
import { DmaPort } from './dma-port.js';
import { DmaFaultError, type DmaFault } from './fault.js';
import { outcome } from '../../errors/outcome.test-support.js';

const SOURCE = 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dma_rw';

/** Every method as an access of one range. */
const methods: readonly [
  name: string,
  access: DmaAccess,
  run: (dma: Dma, iova: Iova, length: number) => unknown,
][] = [
  ['read', 'read', (dma, iova, length) => dma.read(iova, new Uint8Array(length))],
  ['write', 'write', (dma, iova, length) => dma.write(iova, new Uint8Array(length))],
  ['fill', 'write', (dma, iova, length) => dma.fill(iova, length, 7)],
  ['copy, its source', 'read', (dma, iova, length) => dma.copy(PAGE, iova, length)],
  ['copy, its target', 'write', (dma, iova, length) => dma.copy(iova, PAGE, length)],
  ['gather', 'read', (dma, iova, length) => dma.gather([{ iova, length }], new Uint8Array(length))],
  [
    'scatter',
    'write',
    (dma, iova, length) => dma.scatter([{ iova, length }], new Uint8Array(length)),
  ],
  ['view for reading', 'read', (dma, iova, length) => dma.view(iova, length, 'read')],
  ['view for writing', 'write', (dma, iova, length) => dma.view(iova, length, 'write')],
  ['views for reading', 'read', (dma, iova, length) => dma.views(iova, length, 'read')],
  ['views for writing', 'write', (dma, iova, length) => dma.views(iova, length, 'write')],
];

function faultOf(run: () => unknown): DmaFault {
  try {
    run();
  } catch (error) {
    if (error instanceof DmaFaultError) {
      return error.fault;
    }
    throw error;
  }
  throw new Error('no fault');
}

describe(`dma fault: every method of a port (${SOURCE})`, () => {
  for (const [name, access, run] of methods) {
    const denied = access === 'read' ? 4 : 3;
    for (const [where, iova, length, cause] of [
      ['a hole', 0, 4, 'unmapped'],
      ['a map that does not allow it', denied * PAGE + 8, 4, 'permission'],
      ['what is beyond 2^64', 2n ** 64n - 1n, 2, 'unmapped'],
      ['a map and the denied one after it', denied * PAGE - 8, 16, 'permission'],
      ['no address', NaN, 4, 'unmapped'],
    ] as const) {
      it(`dma causes: ${name}: ${where} is a typed ${cause}, counted and told to the client`, () => {
        const bench = new DmaBench(9);
        if (access === 'read') {
          // So that what lies before the denied page may be read.
          bench.space.unmap(3 * PAGE, PAGE);
          bench.space.map({ iova: 3 * PAGE, memory: new Uint8Array(PAGE).fill(3) });
          bench.pages[3]?.fill(3);
        }
        const fault = faultOf(() => run(bench.port, iova, length));
        expect(fault).to.deep.equal({
          pasid: 9,
          iova: typeof iova === 'number' && Number.isNaN(iova) ? 0n : BigInt(iova),
          length,
          access,
          cause,
        });
        expect(bench.events).to.deep.equal([{ kind: 'fault', ...fault }]);
        expect(bench.port.counters).to.deep.equal({ bytesRead: 0, bytesWritten: 0, faults: 1 });
        expect(bench.isUntouched).to.equal(true);
      });
    }

    it(`dma unattached: ${name}: while no client has the device open it is unattached`, () => {
      const events: unknown[] = [];
      const port = new DmaPort({ report: (event) => events.push(event) });
      expect(port.pasid).to.equal(0);
      const fault = { pasid: 0, iova: BigInt(PAGE), length: 4, access, cause: 'unattached' };
      // A copy reads first, so that its target is never looked at.
      const expected = name === 'copy, its target' ? { ...fault, access: 'read' } : fault;
      expect(faultOf(() => run(port, PAGE, 4))).to.deep.equal(expected);
      expect(events).to.deep.equal([{ kind: 'fault', ...expected }]);
    });

    it(`dma nothing: ${name}: nothing to access is no fault, whatever the address`, () => {
      const bench = new DmaBench();
      run(bench.port, NaN, 0);
      run(new DmaPort({ report: () => undefined }), PAGE, 0);
      expect(bench.port.counters).to.deep.equal({ bytesRead: 0, bytesWritten: 0, faults: 0 });
    });
  }

  for (const length of [-1, -PAGE, 0.5, NaN, Infinity, 2 ** 53]) {
    it(`dma length: ${length} is no length (own rule: models take lengths from guests)`, () => {
      const bench = new DmaBench();
      const calls: (() => unknown)[] = [
        () => bench.port.fill(PAGE, length, 1),
        () => bench.port.copy(PAGE, PAGE, length),
        () => bench.port.view(PAGE, length, 'read'),
        () => bench.port.view(PAGE, length, 'write'),
        () => bench.port.views(PAGE, length, 'write'),
        () => bench.port.gather([{ iova: PAGE, length }], new Uint8Array(4)),
        () => bench.port.scatter([{ iova: PAGE, length }], new Uint8Array(4)),
      ];
      for (const [index, call] of calls.entries()) {
        const { cause, length: told } = faultOf(call);
        expect([cause, told], `call ${index}`).to.deep.equal(['unmapped', 0]);
      }
      expect(bench.port.counters).to.deep.equal({
        bytesRead: 0,
        bytesWritten: 0,
        faults: calls.length,
      });
      expect(bench.isUntouched).to.equal(true);
    });
  }

  it('the error is an MdevError that a transport can answer', () => {
    const bench = new DmaBench(2);
    try {
      bench.port.fill(0, 3, 1);
      expect.fail();
    } catch (error) {
      expect(MdevError.is(error) && error.toJSON()).to.deep.equal({
        errno: 14,
        code: 'EFAULT',
        reason: 'dma.fault',
        message:
          'EFAULT dma.fault: the device may not access this range ' +
          '(pasid=2, iova=0, length=3, access=write, cause=unmapped)',
        details: { pasid: 2, iova: '0', length: 3, access: 'write', cause: 'unmapped' },
      });
    }
  });

  it('dma fill: fill stores the lowest byte of its value', () => {
    const bench = new DmaBench();
    bench.port.fill(2 * PAGE - 1, 2, 0x1234);
    expect(bench.read(2 * PAGE - 2, 4)).to.deep.equal([1, 0x34, 0x34, 2]);
    expect(bench.write(3 * PAGE, [1])).to.equal(FAULT);
    bench.port.fill(PAGE, 1, -1);
    expect(bench.read(PAGE, 1)).to.deep.equal([255]);
    expect(outcome(() => bench.port.fill(3 * PAGE, 1, 0))).to.equal(FAULT);
  });
});
