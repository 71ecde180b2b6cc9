import type { Iova } from '@mdevkit/core';
import { Errno, VFIO_USER_DMA_READ as READ, VFIO_USER_DMA_WRITE as WRITE } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openMessenger, outcome, sequence } from './messenger-bench.test-support.js';
import { fields } from './raw-client.test-support.js';
import { microtasks } from './server-bench.test-support.js';

const SPEC = 'docs/interop/vfio-user.rst, VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE';
const ERROR = 0x21;

describe(`DMA by messages (${SPEC})`, () => {
  it('dma read: a read asks with address and count, and takes the data of the reply', async () => {
    using bench = openMessenger();
    const into = new Uint8Array(5);
    const read = outcome(bench.messenger.read(0x1_2345_6789, into));
    const request = bench.client.expect();
    expect([request.command, request.flags]).to.deep.equal([READ, 0]);
    expect(request.payload).to.deep.equal(fields(0x1_2345_6789n, 5n));
    bench.answer(request, fields(0x1_2345_6789n, 5n, sequence(5)));
    bench.pump();
    await microtasks();
    expect([read.now, ...into]).to.deep.equal(['done', 0, 1, 2, 3, 4]);
  });

  it('dma write: a write sends the data, and is over with the reply', async () => {
    using bench = openMessenger();
    const iova: Iova = 2n ** 64n - 16n;
    const write = outcome(bench.messenger.write(iova, sequence(4)));
    const request = bench.client.expect();
    expect([request.command, ...request.payload.slice(16)]).to.deep.equal([WRITE, 0, 1, 2, 3]);
    expect(request.payload.slice(0, 16)).to.deep.equal(fields(iova, 4n));
    await microtasks();
    expect(write.now).to.equal('waits');
    bench.answer(request, fields(iova, 4n));
    bench.pump();
    await microtasks();
    expect(write.now).to.equal('done');
  });

  it('dma pieces: what is larger than the client takes goes in pieces, a few at once; replies come in any order (test_sgl_read_write.py)', async () => {
    using bench = openMessenger();
    const into = new Uint8Array(70);
    const read = outcome(bench.messenger.read(0x1000, into));
    const first = [bench.client.expect(), bench.client.expect(), bench.client.expect()];
    expect(bench.client.receive(), 'three may be under way').to.equal(undefined);
    expect(first.map(({ payload }) => payload)).to.deep.equal([
      fields(0x1000n, 16n),
      fields(0x1010n, 16n),
      fields(0x1020n, 16n),
    ]);
    for (const request of first.reverse()) {
      const at = Number(new DataView(request.payload.buffer).getBigUint64(0, true)) - 0x1000;
      bench.answer(request, fields(request.payload, sequence(16, at)));
    }
    bench.pump();
    const rest = [bench.client.expect(), bench.client.expect()];
    expect(rest[1]?.payload).to.deep.equal(fields(0x1040n, 6n));
    rest.forEach((request, index) => {
      bench.answer(
        request,
        fields(request.payload, sequence(index === 0 ? 16 : 6, 48 + 16 * index)),
      );
    });
    bench.pump();
    await microtasks();
    expect(read.now).to.equal('done');
    expect(into).to.deep.equal(sequence(70));
  });

  it('dma withdrawn: what was withdrawn is never sent, and late replies to the rest are dropped (own rule: the client may map other memory there)', async () => {
    using bench = openMessenger();
    const into = new Uint8Array(64);
    const read = outcome(bench.messenger.read(0x1000, into));
    const write = outcome(bench.messenger.write(0x2000, sequence(4)));
    const other = outcome(bench.messenger.write(0x3000, sequence(4)));
    const sent = [bench.client.expect(), bench.client.expect(), bench.client.expect()];
    bench.messenger.withdraw(0x1000, 0x2000);
    await microtasks();
    expect([read.now, write.now, other.now]).to.deep.equal([
      'EFAULT vfio-user.memory-gone',
      'EFAULT vfio-user.memory-gone',
      'waits',
    ]);
    const next = bench.client.expect();
    expect(next.payload.slice(0, 16)).to.deep.equal(fields(0x3000n, 4n));
    sent.forEach((request) => {
      bench.answer(request, fields(request.payload, sequence(16)));
    });
    bench.answer(next, fields(0x3000n, 4n));
    bench.pump();
    await microtasks();
    expect(other.now).to.equal('done');
    expect(into.every((byte) => byte === 0)).to.equal(true);
    expect(bench.client.receive()).to.equal(undefined);
  });

  it('dma of nothing: nothing to move asks nobody', async () => {
    using bench = openMessenger();
    await bench.messenger.read(0, new Uint8Array(0));
    expect(bench.client.receive()).to.equal(undefined);
  });

  it('dma refused: an errno of the client is the errno of the transfer, and ends it (test_sgl_read_write.py, EIO relayed)', async () => {
    using bench = openMessenger();
    const read = outcome(bench.messenger.read(0, new Uint8Array(100)));
    const request = bench.client.expect();
    bench.client.send(READ, new Uint8Array(0), {
      id: request.id,
      flags: ERROR,
      errno: Errno.EFAULT,
    });
    const strange = outcome(bench.messenger.write(0, new Uint8Array(1)));
    bench.pump();
    await microtasks();
    expect(read.now).to.equal('EFAULT vfio-user.dma-failed');
    const write = [bench.client.expect(), bench.client.expect(), bench.client.expect()][2];
    bench.client.send(WRITE, new Uint8Array(0), {
      id: write?.id ?? 0,
      flags: ERROR,
      errno: 0xbeef,
    });
    bench.pump();
    await microtasks();
    expect(strange.now).to.equal('EIO vfio-user.dma-failed');
  });

  it('dma late reply: late replies of a transfer that has failed are taken, and use nothing (own rule)', async () => {
    using bench = openMessenger();
    const into = new Uint8Array(32);
    const read = outcome(bench.messenger.read(0, into));
    const [first, second] = [bench.client.expect(), bench.client.expect()];
    bench.client.send(READ, new Uint8Array(0), { id: first.id, flags: ERROR, errno: 5 });
    bench.answer(second, fields(second.payload, sequence(16, 1)));
    bench.pump();
    await microtasks();
    expect([read.now, ...new Set(into)]).to.deep.equal(['EIO vfio-user.dma-failed', 0]);
    expect(bench.lines).to.deep.equal([]);
  });

  for (const [what, payload] of [
    ['fewer data', fields(0n, 8n, sequence(7))],
    ['more data', fields(0n, 8n, sequence(9))],
    ['another count', fields(0n, 7n, sequence(8))],
    ['no payload', new Uint8Array(0)],
  ] as const) {
    it(`dma in part: a reply with ${what} is EIO (own rule: no partial results)`, async () => {
      using bench = openMessenger();
      const read = outcome(bench.messenger.read(0, new Uint8Array(8)));
      bench.answer(bench.client.expect(), payload);
      bench.pump();
      await microtasks();
      expect(read.now).to.equal('EIO vfio-user.dma-reply');
    });
  }

  it('dma unusable: a bare header for a write is QEMU before 11: messages are of no use any more (hw/vfio-user/protocol.h of QEMU 10.1)', async () => {
    using bench = openMessenger();
    const write = outcome(bench.messenger.write(0, new Uint8Array(8)));
    const other = outcome(bench.messenger.read(0, new Uint8Array(8)));
    bench.answer(bench.client.expect(), new Uint8Array(0));
    bench.pump();
    await microtasks();
    expect([write.now, other.now]).to.deep.equal([
      'EIO vfio-user.dma-unusable',
      'EIO vfio-user.dma-unusable',
    ]);
    expect(outcome(bench.messenger.read(0, new Uint8Array(1)))).to.be.an('object');
    expect(bench.lines.filter(({ level }) => level === 'error')).to.have.length(1);
  });

  it('dma unusable: and so are data where the second half of the count belongs (same place)', async () => {
    using bench = openMessenger();
    const read = outcome(bench.messenger.read(0, new Uint8Array(8)));
    bench.answer(bench.client.expect(), fields(0n, 8, sequence(8)));
    bench.pump();
    await microtasks();
    expect(read.now).to.equal('EIO vfio-user.dma-unusable');
  });

  it('dma unusable: a client that has no such commands is not asked (rust-vmm/vfio vfio-user/src/lib.rs)', async () => {
    using bench = openMessenger({ usable: false });
    const read = outcome(bench.messenger.read(0, new Uint8Array(8)));
    await microtasks();
    expect(read.now).to.equal('EIO vfio-user.dma-unusable');
    expect(bench.client.receive()).to.equal(undefined);
  });

  it('dma deadline: a transfer without a reply is given up, and makes room for others (own rule)', async () => {
    using bench = openMessenger({ maxInFlight: 1 });
    const first = outcome(bench.messenger.read(0, new Uint8Array(8)));
    const second = outcome(bench.messenger.read(8, new Uint8Array(8)));
    const asked = bench.client.expect();
    bench.clock.advance(500);
    expect(bench.client.receive()).to.equal(undefined);
    const third = outcome(bench.messenger.read(16, new Uint8Array(8)));
    bench.clock.advance(500);
    await microtasks();
    expect([first.now, second.now, third.now]).to.deep.equal([
      'ETIMEDOUT vfio-user.dma-late',
      'ETIMEDOUT vfio-user.dma-late',
      'waits',
    ]);
    // The second was sent for a moment between the two deadlines.
    const requests = [bench.client.receive(), bench.client.receive()].filter(
      (one) => one !== undefined,
    );
    const last = requests.at(-1)!;
    expect(last.payload).to.deep.equal(fields(16n, 8n));
    expect(last.id).to.not.equal(asked.id);
    bench.answer(last, fields(16n, 8n, sequence(8)));
    bench.pump();
    await microtasks();
    expect([third.now, bench.clock.pendingCount]).to.deep.equal(['done', 0]);
  });

  it('dma slow client: no more is made than a client takes that is slow (own rule)', async () => {
    const queued: number[] = [];
    using bench = openMessenger({
      maxInFlight: 100,
      maxTransfer: 0x1_0000,
      onQueued: () => queued.push(1),
    });
    const write = outcome(bench.messenger.write(0, new Uint8Array(0x40_0000)));
    let sent = 0;
    while (write.now === 'waits') {
      for (let one = bench.client.receive(); one !== undefined; one = bench.client.receive()) {
        sent += one.payload.length - 16;
        bench.answer(one, one.payload.slice(0, 16));
      }
      bench.flush();
      bench.pump();
      await microtasks();
    }
    expect([write.now, sent]).to.deep.equal(['done', 0x40_0000]);
    expect(queued.length).to.be.greaterThan(0);
  });

  it('dma crowded: what waits has a limit (own rule)', async () => {
    using bench = openMessenger({ maxInFlight: 1 });
    const waiting = Array.from({ length: 1026 }, () =>
      outcome(bench.messenger.read(0, new Uint8Array(17))),
    );
    await microtasks();
    expect(waiting.at(-3)?.now).to.equal('waits');
    expect(waiting.at(-1)?.now).to.equal('EBUSY vfio-user.dma-crowded');
  });

  it('dma session end: all of it ends with the session, and nothing begins after it (docs/interop/vfio-user.rst, disconnect)', async () => {
    using bench = openMessenger();
    const waiting = [outcome(bench.messenger.read(0, new Uint8Array(100)))];
    waiting.push(outcome(bench.messenger.write(0, new Uint8Array(100))));
    bench.messenger.close();
    waiting.push(outcome(bench.messenger.write(0, new Uint8Array(1))));
    await microtasks();
    expect(waiting.map(({ now }) => now)).to.deep.equal(
      new Array(3).fill('ENODEV vfio-user.session-over'),
    );
    expect(bench.clock.pendingCount).to.equal(0);
  });

  it('dma would block: without a twin socket nobody waits for a reply (libvfio-user issue 279)', () => {
    using bench = openMessenger();
    expect(() => {
      bench.messenger.readSync(0, new Uint8Array(1));
    }).to.throw('EOPNOTSUPP vfio-user.dma-would-block');
  });
});
