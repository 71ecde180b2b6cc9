import { MdevError } from '@mdevkit/core';
import { AssertionError, expect, use } from 'chai';
import { before, describe, it } from 'mocha';
import { FakeDma, FakeEvents, FakeIrqs, FakeLogger, fakeServices } from '../fakes/index.js';
import { mdevkitChai } from './index.js';

/** What an assertion says when it fails. */
function complaint(assert: () => unknown): string {
  try {
    assert();
  } catch (error) {
    if (error instanceof AssertionError) {
      return error.message;
    }
    throw error;
  }
  throw new Error('the assertion held');
}

async function lateComplaint(assertion: Promise<void>): Promise<string> {
  return assertion.then(
    () => {
      throw new Error('the assertion held');
    },
    (error: unknown) => (error instanceof AssertionError ? error.message : String(error)),
  );
}

const text = (...lines: readonly string[]): string => lines.join('\n');

describe('mdevkitChai (own rule: what fails shows what was recorded)', () => {
  before(() => {
    use(mdevkitChai);
  });

  it('fired: in all, by index and by subindex', () => {
    const irqs = new FakeIrqs({ enabled: [0, 2] });
    expect(irqs).not.to.have.fired();
    expect(complaint(() => expect(irqs).to.have.fired())).to.equal(
      text('expected some interrupts, but there were 0', 'fired: none'),
    );
    irqs.trigger(2, 1);
    irqs.trigger(1);
    irqs.assert(0);
    expect(irqs).to.have.fired().and.to.have.fired(2);
    expect(irqs).to.have.fired(1, { index: 2 }).and.fired(0, { index: 2, subindex: 0 });
    expect(irqs).to.have.fired({ index: 2 }).and.not.fired({ index: 1 });
    expect(irqs).not.to.have.fired(3);
    expect(complaint(() => expect(irqs).to.have.fired(2, { index: 2, subindex: 1 }))).to.equal(
      text(
        'expected 2 interrupts of index 2, subindex 1, but there were 1',
        'fired:',
        '  trigger index 2, subindex 1',
        '  assert index 0, subindex 0',
        'dropped, not enabled or not declared:',
        '  trigger index 1, subindex 0',
      ),
    );
    expect(complaint(() => expect(irqs).not.to.have.fired(2))).to.contain(
      'expected not 2 interrupts, but there were 2\nfired:',
    );
  });

  it('written: bytes that one write or several have put there, at some moment', () => {
    const dma = new FakeDma({ maps: [{ iova: 0x10, size: 16 }] });
    expect(dma).not.to.have.written();
    dma.write(0x10, Uint8Array.of(1, 2, 3));
    dma.write(0x12n, Uint8Array.of(4, 5));
    expect(dma).to.have.written().and.written(0x13).and.written(0x11n, [2, 3]);
    expect(dma).to.have.written(0x10, Uint8Array.of(1, 2, 4, 5));
    expect(dma).not.to.have.written(0x14);
    expect(dma).not.to.have.written(0xf, [0, 1]);
    expect(dma).not.to.have.written(0x10, [1, 2, 3, 5]);
    expect(complaint(() => expect(dma).to.have.written(0x14, [5, 255]))).to.equal(
      text(
        'expected a write of 05 ff at 0x14',
        'there were:',
        '  write 0x10: 01 02 03',
        '  write 0x12: 04 05',
      ),
    );
    expect(complaint(() => expect(dma).not.to.have.written(0x10, [1]))).to.match(
      /^expected not a write of 01 at 0x10\nthere were:/,
    );
  });

  it('written: of a view for writing only what the device has changed, with what it left beside it', () => {
    const dma = new FakeDma({ maps: [{ iova: 0x10, bytes: Uint8Array.of(1, 2, 3, 4) }] });
    const view = dma.view(0x10, 4, 'write');
    dma.poke(0x13, Uint8Array.of(9));
    expect(dma).not.to.have.written();
    view.set([7, 2], 1);
    expect(dma).to.have.written(0x11).and.written(0x11, [7]).and.written(0x10, [1, 7, 2, 9]);
    expect(dma).not.to.have.written(0x13);
    expect(dma).not.to.have.written(0x13, [9]);
    expect(complaint(() => expect(dma).to.have.written(0x10))).to.equal(
      text(
        'expected a write at 0x10',
        'there were:',
        '  write 0x11: 07 02 in a view of 4 bytes at 0x10',
      ),
    );
  });

  it('read: every byte of a range, and the faults that tell why not', () => {
    const dma = new FakeDma({ maps: [{ iova: 0, size: 4 }] });
    dma.read(0, new Uint8Array(2));
    dma.read(2, new Uint8Array(1));
    expect(() => dma.view(3, 2, 'read')).to.throw();
    expect(dma).to.have.read().and.read(0, 3).and.read(2);
    expect(complaint(() => expect(dma).to.have.read(2, 2))).to.equal(
      text(
        'expected a read of 2 bytes at 0x2',
        'there were:',
        '  read 0x0: 00 00',
        '  read 0x2: 00',
        'and faults:',
        '  read of 2 bytes at 0x3: unmapped',
      ),
    );
    expect(dma).not.to.have.written();
  });

  it('of another PASID only where it is asked for', () => {
    const dma = new FakeDma({ maps: [{ iova: 0, size: 4 }] });
    dma.bind(7, [{ iova: 0, size: 4 }]);
    dma.withPasid(7).write(0, Uint8Array.of(1));
    expect(dma).not.to.have.written(0);
    expect(dma).to.have.written(0, [1], { pasid: 7 });
    expect(complaint(() => expect(dma).to.have.written(1, [2], { pasid: 7 }))).to.equal(
      text(
        'expected a write of 02 at 0x1 with PASID 7',
        'there were:',
        '  write 0x0: 01 (PASID 7)',
      ),
    );
  });

  it('faulted: so many times, or at all', () => {
    const { dma } = fakeServices();
    expect(dma).not.to.have.faulted();
    expect(complaint(() => expect(dma).to.have.faulted(1))).to.equal(
      text('expected 1 DMA faults, but there were 0', 'faults: none'),
    );
    expect(() => {
      dma.fill(0x20, 3, 0);
    }).to.throw();
    expect(dma).to.have.faulted().and.faulted(1);
    expect(complaint(() => expect(dma).not.to.have.faulted())).to.equal(
      text(
        'expected no DMA faults, but there were 1',
        'faults:',
        '  write of 3 bytes at 0x20: unmapped',
      ),
    );
  });

  it('reported: an event of which some members are given', () => {
    const events = new FakeEvents();
    expect(events).not.to.have.reported();
    events.report({ kind: 'request', graceMs: 5 });
    expect(events).to.have.reported().and.reported({ kind: 'request' });
    expect(events).to.have.reported({ kind: 'request', graceMs: 5 });
    expect(events).not.to.have.reported({ kind: 'hangup' });
    expect(events).not.to.have.reported({ kind: 'request', graceMs: 5.5 });
    expect(
      complaint(() => expect(events).to.have.reported({ kind: 'request', graceMs: 6 })),
    ).to.equal(
      text(
        "expected an event { kind: 'request', graceMs: 6 }",
        'reported:',
        "  { kind: 'request', graceMs: 5 }",
      ),
    );
  });

  it('reported: an address by its value, as a number or as a bigint', () => {
    const { dma, events } = fakeServices({ maps: [{ iova: 4, size: 1 }] });
    expect(() => dma.withPasid(9).read(0, new Uint8Array(1))).to.throw();
    expect(events).to.have.reported({ kind: 'fault', iova: 0 }).and.reported({
      kind: 'fault',
      iova: 0n,
      length: 1,
    });
    expect(events).not.to.have.reported({ kind: 'fault', iova: 1 });
  });

  it('logged: by level and by text', () => {
    const logger = new FakeLogger();
    expect(logger).not.to.have.logged();
    logger.child({ mdev: 'a' }).warn('too late');
    expect(logger).to.have.logged().and.logged('warn').and.logged('warn', 'late');
    const again = /LATE/gi;
    expect(logger).to.have.logged('warn', again).and.logged('warn', again);
    expect(logger).not.to.have.logged('error');
    expect(complaint(() => expect(logger).to.have.logged('warn', /early/))).to.equal(
      text('expected warn line with /early/', 'logged:', "  warn: too late { mdev: 'a' }"),
    );
  });

  it('mdevError: by code and reason', () => {
    const error = new MdevError('EIO', 'model.threw', 'the model threw');
    expect(error).to.be.mdevError().and.mdevError('EIO').and.mdevError('EIO', 'model.threw');
    expect(error).not.to.be.mdevError('EIO', 'model.deadline');
    expect(new Error('EIO')).not.to.be.mdevError();
    expect(complaint(() => expect(error).to.be.mdevError('EBUSY', 'device.busy'))).to.equal(
      'expected EBUSY device.busy, found EIO model.threw: the model threw',
    );
    expect(complaint(() => expect(undefined).to.be.mdevError('EBUSY'))).to.equal(
      'expected EBUSY, found undefined',
    );
    expect(complaint(() => expect(new RangeError('far')).to.be.mdevError())).to.equal(
      'expected an MdevError, found RangeError: far',
    );
  });

  it('rejectedWithMdev: of a promise, or of a function that returns one', async () => {
    const error = new MdevError('EIO', 'model.threw', 'the model threw');
    await expect(Promise.reject(error)).to.be.rejectedWithMdev('EIO', 'model.threw');
    await expect(() => Promise.reject(error)).to.be.rejectedWithMdev('EIO');
    await expect(Promise.resolve(1)).not.to.be.rejectedWithMdev();
    await expect(Promise.reject(error)).not.to.be.rejectedWithMdev('EBUSY');
    expect(await lateComplaint(expect(Promise.resolve(7)).to.be.rejectedWithMdev('EIO'))).to.equal(
      'expected EIO, found a promise of 7',
    );
    expect(
      await lateComplaint(
        expect(Promise.reject(error)).to.be.rejectedWithMdev('EBUSY', 'device.busy'),
      ),
    ).to.equal(
      'expected EBUSY device.busy, found a rejection with EIO model.threw: the model threw',
    );
  });

  it('a subject of another kind fails also with not, and is told by name', async () => {
    for (const [assert, message] of [
      [
        () => expect({ trigger: 1 }).not.to.have.fired(),
        'a FakeIrqs was expected, not an object with trigger',
      ],
      [() => expect(new FakeIrqs()).to.have.written(), 'a FakeDma was expected, not FakeIrqs'],
      [() => expect(undefined).to.have.read(), 'a FakeDma was expected, not undefined'],
      [() => expect(complaint).to.have.faulted(), 'a FakeDma was expected, not a function'],
      [
        () => expect({}).to.have.reported(),
        'a FakeEvents was expected, not an object with nothing',
      ],
      [() => expect(3).not.to.have.logged(), 'a FakeLogger was expected, not 3'],
    ] as const) {
      expect(complaint(assert)).to.equal(message);
    }
    expect(await lateComplaint(expect(5).not.to.be.rejectedWithMdev())).to.equal(
      'a promise, or a function that returns one was expected, not 5',
    );
  });

  it('the message of expect stands before that of a wrong subject, too', async () => {
    expect(complaint(() => expect(3, 'after reset').to.have.fired())).to.equal(
      'after reset: a FakeIrqs was expected, not 3',
    );
    expect(complaint(() => expect(new FakeIrqs(), 'after reset').to.have.fired())).to.match(
      /^after reset: expected some/,
    );
    expect(await lateComplaint(expect(5, 'late').to.be.rejectedWithMdev())).to.match(
      /^late: a pro/,
    );
  });

  it('a read of more than there are accesses is none, however long', () => {
    const dma = new FakeDma({ maps: [{ iova: 0, size: 4 }] });
    dma.read(0, new Uint8Array(4));
    expect(dma).not.to.have.read(0, 2 ** 50);
  });

  it('a long record is shown from its end, and long bytes from their beginning', () => {
    const dma = new FakeDma({ maps: [{ iova: 0, size: 64 }] });
    for (let at = 0; at < 22; at++) {
      dma.fill(at, 1, at);
    }
    dma.fill(0, 33, 0xaa);
    const lines = complaint(() => expect(dma).to.have.written(63)).split('\n');
    expect(lines.slice(0, 4)).to.deep.equal([
      'expected a write at 0x3f',
      'there were:',
      '  … 3 before',
      '  write 0x3: 03',
    ]);
    expect(lines.at(-1)).to.equal(`  write 0x0: ${'aa '.repeat(32)}… (33 bytes)`);
  });
});
