import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SislHostMap, WRITE_16 } from '@mdevkit/uapi';
import { ALL_ONES, COMMAND_ROOM, HOST_STRIDE, HostRegister } from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { Bench, readEvents } from '../bench.test-support.js';

describe('the window of a context (drivers/scsi/cxlflash/sislite.h, struct sisl_host_map)', () => {
  it('cxlflash mmio width: 8 bytes at a multiple of 8, big-endian; anything else is all-ones and no write', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    raw.set('RRQ_START', 0x0102_0304_0506_0708n);
    expect([...bench.readWindow(HostRegister.RRQ_START, 8)]).to.deep.equal([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    for (const length of [1, 2, 4]) {
      expect(new Set(bench.readWindow(HostRegister.RRQ_START, length))).to.deep.equal(
        new Set([255]),
      );
      bench.writeWindow(HostRegister.RRQ_START, new Uint8Array(length));
    }
    expect(raw.get('RRQ_START')).to.equal(0x0102_0304_0506_0708n);
    await bench.end(raw.context);
  });

  it('cxlflash mmio nobody: a window without a context reads all-ones and ignores writes', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    bench.writeWindow(HOST_STRIDE + HostRegister.RRQ_START, new Uint8Array(8).fill(1));
    expect(new Set(bench.readWindow(HOST_STRIDE, 8))).to.deep.equal(new Set([255]));
    expect(raw.get('RRQ_START')).to.equal(0n);
    await bench.slice.end(raw.context);
    expect(raw.get('CMD_ROOM')).to.equal(ALL_ONES);
    await bench.end(raw.context);
  });

  it('cxlflash mmio reset values: idle, masked, with all the room that there is', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    const values = Object.fromEntries(
      (Object.keys(HostRegister) as (keyof typeof HostRegister)[]).map((name) => [
        name,
        raw.get(name),
      ]),
    );
    expect(values).to.deep.equal({
      ENDIAN_CTRL: 0n,
      INTR_STATUS: 0n,
      INTR_CLEAR: 0n,
      INTR_MASK: ALL_ONES,
      IOARRIN: 0n,
      RRQ_START: 0n,
      RRQ_END: 0n,
      CMD_ROOM: BigInt(COMMAND_ROOM),
      CTX_CTRL: 0n,
      MBOX_W: 0n,
    });
    await bench.end(raw.context);
  });

  it('cxlflash mmio others: submission queue, mailbox and the rest of the window read as zero', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    const { sq_start, sq_end, sq_head, sq_tail, sq_ctx_reset } = SislHostMap.fields;
    for (const { offset } of [sq_start, sq_end, sq_head, sq_tail, sq_ctx_reset]) {
      raw.setAt(offset, 0x1000n);
      expect(raw.getAt(offset)).to.equal(0n);
    }
    raw.setAt(HOST_STRIDE - 8, 5n);
    expect(raw.getAt(HOST_STRIDE - 8)).to.equal(0n);
    await bench.end(raw.context);
  });

  it('cxlflash mmio ctx_ctrl: keeps the number of an interrupt, and no unmap is offered', async () => {
    const bench = new Bench();
    const raw = bench.attach();
    raw.set('CTX_CTRL', 0x8000_0000_0000_ff03n);
    expect(raw.get('CTX_CTRL')).to.equal(3n);
    await bench.end(raw.context);
  });
});

describe('errors of a context (drivers/scsi/cxlflash/sislite.h, intr_status; capiflash mc_invalid_ioarcb 100 .. 103)', () => {
  const cases: readonly [
    row: string,
    what: string,
    status: bigint,
    provoke: (bench: Bench) => Promise<ReturnType<Bench['attach']>>,
  ][] = [
    [
      'cxlflash halt rcb',
      'a request that is not a multiple of 16',
      0x08n,
      (bench) => {
        const raw = bench.working();
        raw.set('IOARRIN', BigInt(raw.requestAt(0) + 8));
        return Promise.resolve(raw);
      },
    ],
    [
      'cxlflash halt rcb',
      'a request that nobody has mapped',
      0x08n,
      (bench) => {
        const raw = bench.working();
        raw.set('IOARRIN', 0x9999_9999_9999_9990n);
        return Promise.resolve(raw);
      },
    ],
    [
      'cxlflash halt ioasa',
      'a response that cannot be written',
      0x04n,
      (bench) => {
        const raw = bench.working();
        const memory = new Uint8Array(4096);
        bench.space.map({ iova: 0x4000_0000, memory });
        raw.write(0);
        memory.set(raw.bytes(raw.requestAt(0), 64), 4096 - 64);
        raw.set('IOARRIN', BigInt(0x4000_0000 + 4096 - 64));
        return Promise.resolve(raw);
      },
    ],
    [
      'cxlflash halt rrq',
      'no response queue',
      0x02n,
      async (bench) => {
        const raw = bench.attach();
        raw.set('CTX_CTRL', 1n);
        raw.set('INTR_MASK', ~0x7ffn);
        raw.open();
        await raw.run();
        return raw;
      },
    ],
    [
      'cxlflash halt rrq',
      'one that is not aligned',
      0x02n,
      async (bench) => {
        const raw = bench.working();
        raw.set('RRQ_START', BigInt(raw.rrq + 4));
        await raw.run();
        return raw;
      },
    ],
    [
      'cxlflash halt rrq',
      'one that ends before it begins',
      0x02n,
      async (bench) => {
        const raw = bench.working();
        raw.set('RRQ_END', BigInt(raw.rrq - 8));
        await raw.run();
        return raw;
      },
    ],
    [
      'cxlflash halt rrq',
      'one that nobody has mapped',
      0x02n,
      async (bench) => {
        const raw = bench.working();
        raw.set('RRQ_START', 0x4000_0000n);
        raw.set('RRQ_END', 0x4000_1000n);
        await raw.run();
        return raw;
      },
    ],
    [
      'cxlflash halt room',
      'more commands than there is room for',
      0x10n,
      (bench) => {
        const raw = bench.working();
        raw.write(0);
        for (let i = 0; i <= COMMAND_ROOM; i++) {
          raw.submit(0);
        }
        return Promise.resolve(raw);
      },
    ],
  ];
  for (const [row, what, status, provoke] of cases) {
    it(`${row}: ${what}: only that context stops, and is told by its interrupt`, async () => {
      const bench = new Bench();
      const other = bench.working();
      const raw = await provoke(bench);
      await settled();
      expect(raw.get('INTR_STATUS')).to.equal(status);
      expect(raw.get('CMD_ROOM')).to.equal(0n);
      const interrupts = (await readEvents(raw.context)).filter(({ type }) => type === 1);
      expect(interrupts.map(({ body }) => body[2])).to.deep.equal([1]);
      // Nothing but the end of the context helps: neither another command nor a reset.
      const { bytesWritten } = bench.dma.counters;
      raw.bringUp();
      raw.set('IOARRIN', 1n);
      await raw.run();
      expect(raw.completions()).to.deep.equal([]);
      expect(raw.context.afu.state).to.equal('halted');
      expect(bench.dma.counters.bytesWritten).to.equal(bytesWritten);
      expect((await other.run()).ioasc).to.equal(0);
      // The next one with its number works.
      const { number } = raw.context;
      await bench.slice.end(raw.context);
      const next = bench.working();
      expect(next.context.number).to.equal(number);
      expect((await next.run()).ioasc).to.equal(0);
      await bench.end(raw.context, other.context, next.context);
    });
  }

  it('cxlflash mmio room: goes down with every command and up with every response', async () => {
    const bench = new Bench();
    const raw = bench.working();
    bench.store.isHeld = true;
    raw.write(0);
    for (let i = 1; i <= COMMAND_ROOM; i++) {
      raw.submit(0);
      expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM - i));
    }
    bench.store.letGo();
    await settled();
    await settled();
    expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM));
    await bench.end(raw.context);
  });

  it('cxlflash mmio status: masked bits raise nothing until they are let through; cleared ones may come again', async () => {
    const bench = new Bench();
    const raw = bench.working();
    raw.set('INTR_MASK', ALL_ONES);
    raw.set('IOARRIN', 0x8n);
    await settled();
    expect(raw.get('INTR_STATUS')).to.equal(8n);
    expect((await readEvents(raw.context)).map(({ type }) => type)).to.deep.equal([]);
    raw.set('CTX_CTRL', 3n);
    raw.set('INTR_MASK', ~0x7ffn);
    expect((await readEvents(raw.context)).map(({ body }) => body[2])).to.deep.equal([3]);
    raw.set('INTR_MASK', ~0x7ffn);
    expect((await readEvents(raw.context)).length).to.equal(0);
    raw.set('INTR_CLEAR', 0x7f7n);
    expect(raw.get('INTR_STATUS')).to.equal(8n);
    raw.set('INTR_CLEAR', 8n);
    expect(raw.get('INTR_STATUS')).to.equal(0n);
    expect(raw.get('INTR_CLEAR')).to.equal(0n);
    await bench.end(raw.context);
  });
});

describe('context reset and timeouts (drivers/scsi/cxlflash/main.c, context_reset, send_cmd)', () => {
  it('cxlflash reset context: bit 0 of ioarrin tells when nothing is left; the queue goes on', async () => {
    const bench = new Bench();
    const raw = bench.working();
    await raw.run({}, 9);
    expect(raw.completions()).to.deep.equal([9]);
    bench.store.isHeld = true;
    const before = raw.bytes(raw.data, 4096).slice();
    await bench.store.memory.write(0, new Uint8Array(4096).fill(5));
    for (let i = 0; i < 12; i++) {
      raw.write(i);
      raw.clear(i);
      raw.submit(i);
    }
    await settled();
    raw.set('IOARRIN', 1n);
    await settled();
    expect(raw.get('IOARRIN')).to.equal(1n);
    expect(raw.get('CMD_ROOM')).to.equal(0n);
    raw.submit(0);
    bench.store.letGo();
    await settled();
    expect(raw.get('IOARRIN')).to.equal(0n);
    expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM));
    expect(raw.get('INTR_STATUS')).to.equal(0n);
    expect(raw.completions()).to.deep.equal([]);
    expect(raw.bytes(raw.data, 4096)).to.deep.equal(before);
    expect((await raw.run({}, 3)).ioasc).to.equal(0);
    expect(raw.completions()).to.deep.equal([3]);
    await bench.end(raw.context);
  });

  it('cxlflash command timeout: a command that takes too long is aborted, and nothing of it comes later', async () => {
    const bench = new Bench();
    const raw = bench.working();
    bench.store.isHeld = true;
    raw.bytes(raw.data, 4096).fill(0x77);
    // 2 s, cut to the limit of 1 s; 40 ms; 80 microseconds; none.
    for (const [index, request] of [
      { timeout: 2 },
      { timeout: 40, req_flags: 0x8040 },
      { timeout: 80, req_flags: 0x8080 },
      {},
    ].entries()) {
      raw.write(index, request);
      raw.submit(index);
    }
    await settled();
    const ends: number[][] = [];
    for (const ms of [1, 39, 959, 1]) {
      bench.clock.advance(ms);
      await settled();
      ends.push(raw.completions());
    }
    expect(ends).to.deep.equal([[2], [1], [], [0, 3]]);
    expect(raw.response(0).rc.fc_rc).to.equal(0x52);
    bench.store.letGo();
    await settled();
    expect(raw.completions()).to.deep.equal([]);
    expect(raw.bytes(raw.data, 4096).every((byte) => byte === 0x77)).to.equal(true);
    expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM));
    expect(bench.clock.pendingCount).to.equal(0);
    await bench.end(raw.context);
  });

  it('cxlflash command timeout: one that is being flushed is answered once', async () => {
    const bench = new Bench();
    const raw = bench.working();
    raw.write(0, { opcode: WRITE_16, options: 0x08 });
    bench.store.isHeld = true;
    raw.submit(0);
    await settled();
    bench.store.calls.splice(0)[0]?.resolve();
    await settled();
    expect(bench.store.calls.map(({ kind }) => kind)).to.deep.equal(['flush']);
    bench.clock.advance(1000);
    await settled();
    expect(raw.completions()).to.deep.equal([0]);
    bench.store.letGo();
    await settled();
    expect(raw.completions()).to.deep.equal([]);
    expect(raw.response(0).rc.fc_rc).to.equal(0x52);
    expect(raw.get('CMD_ROOM')).to.equal(BigInt(COMMAND_ROOM));
    await bench.end(raw.context);
  });
});
