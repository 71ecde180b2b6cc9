import { MdevError, silentLogger } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { CxlBench, DEVICE, oneRange } from './bench.test-support.js';

const CEL = '0da9c0b5bf414b788f7996b1623b3f17';

/** An integer of `bytes` bytes, as it stands in a payload. */
function le(value: number | bigint, bytes: number): string {
  return Buffer.from(
    Uint8Array.from({ length: bytes }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn)),
  ).toString('hex');
}

function log(bench: CxlBench, offset: number, length: number, uuid = CEL): string | number {
  const { code, output } = bench.command(0x0401, uuid + le(offset, 4) + le(length, 4));
  return code === 0 ? output : code;
}

const commands = ['0003', '0103', '0004', '0104', '0040', '0043', '0143', '0243'];

describe('CXL memory device: mailbox', () => {
  it('doe §3 cxl identify: 67 bytes, capacities in units of 256 MiB (CXL 3.1, section 8.2.9.9.1.1)', () => {
    const [range] = oneRange.ranges;
    using bench = new CxlBench({
      ranges: range === undefined ? [] : [{ ...range, length: 2 ** 30 }],
      firmware: 'BWFW VERSION 0',
      poisonLimit: 0x234,
    });
    expect(bench.command(0x4000)).to.deep.equal({
      code: 0,
      output:
        Buffer.from('BWFW VERSION 0').toString('hex') +
        '0000' +
        le(4, 8) +
        le(4, 8) +
        le(0, 8) +
        le(0, 8) +
        '0'.repeat(24) +
        '340200' +
        '3402' +
        '0000',
    });
  });

  it('doe §3 cxl logs: the one log names the commands that there are (CXL 3.1, section 8.2.9.5; Linux drivers/cxl/core/mbox.c, cxl_enumerate_cmds)', () => {
    using bench = new CxlBench();
    const size = commands.length * 4;
    expect(bench.command(0x0400)).to.deep.equal({
      code: 0,
      output: '0100000000000000' + CEL + le(size, 4),
    });
    const effects = ['0000', '0800', '0000', '0000', '0000', '0000', '0000', '0400'];
    const expected = commands.map((command, index) => command + (effects[index] ?? '')).join('');
    expect(log(bench, 0, size)).to.equal(expected);
    expect(log(bench, 8, 8)).to.equal(expected.slice(16, 32));
    expect(log(bench, size, 0)).to.equal('');
  });

  it('doe §3 cxl logs: every command of the log is there, and no other one (CXL 3.1, section 8.2.9.5.2.1)', () => {
    using bench = new CxlBench();
    const named = new Set(
      commands.map((command) => parseInt(command.slice(2) + command.slice(0, 2), 16)),
    );
    for (let opcode = 0; opcode < 0x1_0000; opcode++) {
      const { code } = bench.command(opcode, '', 3);
      if (code !== (named.has(opcode) ? 0x16 : 3)) {
        expect.fail(`opcode 0x${opcode.toString(16)}: ${code}`);
      }
    }
  });

  it('doe §3 cxl logs: another log is an invalid log, a part that is not there an invalid input (CXL 3.1, section 8.2.9.5.2)', () => {
    using bench = new CxlBench();
    expect(log(bench, 0, 4, `00${CEL.slice(2)}`)).to.equal(0x17);
    expect(log(bench, 0, 4 * commands.length + 1)).to.equal(2);
    expect(log(bench, 0xffff_ffff, 0xffff_ffff)).to.equal(2);
    expect(log(bench, 0xffff_ffff, 0)).to.equal(2);
  });

  it('doe §3 cxl payload length: is that of the command, and fits the mailbox (CXL 3.1, section 8.2.8.4.5.1)', () => {
    using bench = new CxlBench();
    expect(bench.command(0x4000, '00').code).to.equal(0x16);
    expect(bench.command(0x0401, '').code).to.equal(0x16);
    expect(bench.command(0x0301, '00'.repeat(7)).code).to.equal(0x16);
    expect(bench.command(0x4000, '', 0x1f_ffff).code).to.equal(0x16);
    expect(bench.command(0x4000, '', 0x1_0000).code, 'bits above the low half count').to.equal(
      0x16,
    );
    expect(bench.command(0x4000).code).to.equal(0);
  });

  it('doe §3 cxl failed command: has no output, and leaves the payload (CXL 3.1, section 8.2.8.4.5)', () => {
    using bench = new CxlBench();
    expect(bench.command(0x1234, 'cafe')).to.deep.equal({ code: 3, output: '' });
    expect(bench.read(DEVICE, 0x108, 4)).to.equal(0x1234);
    expect(bench.read(DEVICE, 0x120, 2)).to.equal(0xfeca);
  });

  it('doe §3 cxl timestamp: zero until it is set, and goes from then on (CXL 3.1, sections 8.2.9.4.1, 8.2.9.4.2)', () => {
    using bench = new CxlBench();
    expect(bench.command(0x0300).output).to.equal(le(0, 8));
    const set = 1_700_000_000_000_000_000n;
    expect(bench.command(0x0301, le(set, 8))).to.deep.equal({ code: 0, output: '' });
    bench.clock.advance(1500);
    expect(bench.command(0x0300).output).to.equal(le(set + 1_500_000_000n, 8));
    bench.device.reset();
    expect(bench.command(0x0300).output).to.equal(le(0, 8));
  });

  it('doe §3 cxl poison: injected, listed and cleared by lines of 64 bytes (CXL 3.1, sections 8.2.9.9.4.1 .. 8.2.9.9.4.3)', () => {
    using bench = new CxlBench({ ...oneRange, poisonLimit: 2 });
    const list = (offset: number, lines: number): string | number => {
      const { code, output } = bench.command(0x4300, le(offset, 8) + le(lines, 8));
      return code === 0 ? output : code;
    };
    const empty = `${'00'.repeat(10)}0000${'00'.repeat(20)}`;
    expect(list(0, 4)).to.equal(empty);
    expect(bench.command(0x4301, le(0x1000, 8))).to.deep.equal({ code: 0, output: '' });
    expect(bench.command(0x4301, le(0x1000, 8)).code).to.equal(0);
    expect(bench.command(0x4301, le(0x0fff_ffc0, 8)).code).to.equal(0);
    const two = `${'00'.repeat(10)}0200${'00'.repeat(20)}`;
    const first = le(0x1003, 8) + le(1, 4) + le(0, 4);
    const second = le(0x0fff_ffc3, 8) + le(1, 4) + le(0, 4);
    expect(list(0, 0x40_0000)).to.equal(two + first + second);
    const one = two.replace('0200', '0100');
    expect(list(0x1000, 1)).to.equal(one + first);
    expect(list(0x1040, 0x3f_ffbf)).to.equal(one + second);
    expect(list(0x1040, 0x3f_ffc0), 'beyond the memory').to.equal(0xf);

    expect(bench.command(0x4301, le(0x2000, 8)).code, 'limit').to.equal(0x10);
    expect(bench.command(0x4301, le(0x2001, 8)).code, 'no line').to.equal(2);
    expect(bench.command(0x4301, le(0x1000_0000, 8)).code, 'no memory').to.equal(0xf);
    expect(bench.command(0x4301, 'ff'.repeat(8)).code).to.equal(0xf);
    expect(list(1, 1), 'no line').to.equal(2);
    expect(list(0, 0), 'no lines').to.equal(2);
    expect(bench.command(0x4300, 'ff'.repeat(16)).code).to.equal(2);

    expect(bench.command(0x4302, le(0x1000, 8) + '11'.repeat(64)).code).to.equal(0);
    expect(bench.command(0x4302, le(0x1000, 8) + '11'.repeat(64)).code).to.equal(0);
    expect(bench.command(0x4302, le(0x1001, 8) + '11'.repeat(64)).code).to.equal(2);
    expect(bench.command(0x4302, le(0x1000_0000, 8) + '11'.repeat(64)).code).to.equal(0xf);
    expect(list(0, 0x40_0000)).to.equal(one + second);
  });

  it('doe §3 cxl poison: a list that does not fit goes on with the next request for the same range (CXL 3.1, section 8.2.9.9.4.1; Linux drivers/cxl/core/mbox.c, cxl_mem_get_poison)', () => {
    using bench = new CxlBench();
    for (let line = 0; line < 65; line++) {
      bench.device.poison.inject(64 * line, 2);
    }
    const ask = (lines: number): [more: number, count: number, first: string] => {
      const { output } = bench.command(0x4300, le(0, 8) + le(lines, 8));
      return [
        parseInt(output.slice(0, 2), 16),
        parseInt(output.slice(20, 22), 16),
        output.slice(64, 80),
      ];
    };
    expect(ask(100)).to.deep.equal([1, 30, le(2, 8)]);
    expect(ask(100)).to.deep.equal([1, 30, le(64 * 30 + 2, 8)]);
    expect(ask(100)).to.deep.equal([0, 5, le(64 * 60 + 2, 8)]);
    expect(ask(100), 'and begins again').to.deep.equal([1, 30, le(2, 8)]);
    expect(ask(99), 'another range').to.deep.equal([1, 30, le(2, 8)]);
    bench.device.reset();
    expect(ask(99), 'after a reset').to.deep.equal([1, 30, le(2, 8)]);
    expect(bench.device.poison.size).to.equal(65);
  });

  it('doe §3 cxl poison most: Linux reads 1024 records and no more, so that none is left over for the next reader (bug; Linux drivers/cxl/cxlmem.h, CXL_POISON_LIST_MAX; drivers/cxl/core/mbox.c, cxl_mem_get_poison)', () => {
    expect(() => new CxlBench({ ...oneRange, poisonLimit: 1025 })).to.throw(
      RangeError,
      /1 to 1024/,
    );
    using bench = new CxlBench({ ...oneRange, poisonLimit: 1024 });
    for (let line = 0; line < 1024; line++) {
      bench.device.poison.inject(64 * line);
    }
    const readAll = (): [records: number, first: string] => {
      let records = 0;
      let start: string | undefined;
      for (let more = 1; more === 1 && records < 1024;) {
        const { output } = bench.command(0x4300, le(0, 8) + le(2 ** 22, 8));
        start ??= output.slice(64, 80);
        records += Buffer.from(output.slice(20, 24), 'hex').readUInt16LE();
        more = parseInt(output.slice(0, 2), 16) & 1;
      }
      return [records, start ?? ''];
    };
    expect(readAll()).to.deep.equal([1024, le(3, 8)]);
    expect(readAll()).to.deep.equal([1024, le(3, 8)]);
  });

  it('doe §3 cxl commands of a driver: are in the log, and what they throw is a return code (CXL 3.1, section 8.2.8.4.5.1)', () => {
    const rows: readonly [() => Uint8Array | number, number][] = [
      [(): number => 5, 5],
      [(): Uint8Array => new Uint8Array(512), 0],
      [(): Uint8Array => new Uint8Array(513), 4],
      [
        (): never => {
          throw new Error('x');
        },
        4,
      ],
      [
        (): never => {
          throw new MdevError('EBUSY', 'x', 'x');
        },
        6,
      ],
      [
        (): never => {
          throw new MdevError('EOPNOTSUPP', 'x', 'x');
        },
        3,
      ],
    ];
    const warnings: string[] = [];
    const logger = {
      ...silentLogger,
      child: () => logger,
      warn: (message: string) => {
        warnings.push(message);
      },
    };
    using bench = new CxlBench(
      {
        ...oneRange,
        commands: rows.map(([run], index) => ({
          opcode: 0xc000 + index,
          effect: 1,
          input: undefined,
          run,
        })),
      },
      logger,
    );
    expect(rows.map((_, index) => bench.command(0xc000 + index, '00').code)).to.deep.equal(
      rows.map(([, code]) => code),
    );
    expect(bench.command(0xc001, '', 513).code, 'longer than the payload').to.equal(0x16);
    expect(log(bench, 4 * commands.length, 8)).to.equal('00c0010001c00100');
    expect(warnings).to.have.length(1);
  });

  it('doe §3 cxl events: with vectors there are event logs, empty, and their policy (CXL 3.1, sections 8.2.9.2.2 .. 8.2.9.2.5; Linux drivers/cxl/pci.c, cxl_event_config)', () => {
    using bench = new CxlBench({ ...oneRange, vectors: 2 });
    expect(bench.command(0x0102)).to.deep.equal({ code: 0, output: '00000000' });
    expect(bench.command(0x0103, '01010101').code).to.equal(0);
    expect(bench.command(0x0102).output).to.equal('01010101');
    expect(bench.command(0x0103, '02010101').code).to.equal(2);
    expect(bench.command(0x0103, 'f1000000').code).to.equal(0);
    expect(bench.command(0x0102).output).to.equal('01000000');
    for (const type of ['00', '01', '02', '03']) {
      expect(bench.command(0x0100, type)).to.deep.equal({ code: 0, output: '00'.repeat(32) });
    }
    expect(bench.command(0x0100, '04').code).to.equal(2);
    expect(bench.command(0x0101, '000100000000').code, 'all').to.equal(0);
    expect(bench.command(0x0101, '0000010000000100').code, 'one').to.equal(0xe);
    expect(bench.command(0x0101, '000000000000').code, 'none').to.equal(2);
    expect(bench.command(0x0101, '040100000000').code, 'another log').to.equal(2);
    expect(bench.command(0x0101, '0000020000000100').code).to.equal(0x16);
    expect(bench.command(0x0101, '0001').code).to.equal(0x16);
    bench.device.reset();
    expect(bench.command(0x0102).output).to.equal('00000000');
  });
});
