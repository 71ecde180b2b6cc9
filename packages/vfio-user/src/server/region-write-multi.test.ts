import {
  Errno,
  VFIO_USER_REGION_WRITE_MULTI as MULTI,
  VfioUserRegionWriteMulti,
  VfioUserRegionWriteOne,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields } from './raw-client.test-support.js';
import { deferred, MEMORY, microtasks, openServer, TRAPPED } from './server-bench.test-support.js';

const SPEC = 'docs/interop/vfio-user.rst, VFIO_USER_REGION_WRITE_MULTI';
const POSTED = { flags: 0x10 };

interface One {
  readonly region?: number;
  readonly offset?: number;
  readonly count?: number;
  readonly value?: number;
}

function multi(...writes: readonly One[]): Uint8Array {
  const parts = writes.map(({ region = TRAPPED, offset = 0, count = 1, value = 0 }) =>
    VfioUserRegionWriteOne.encode({
      offset,
      region,
      count,
      data: new Uint8Array(8).fill(value, 0, 1),
    }),
  );
  return fields(BigInt(writes.length), ...parts);
}

describe(`REGION_WRITE_MULTI (${SPEC})`, () => {
  it('has its fields where the structs of the package uapi have them', () => {
    expect(VfioUserRegionWriteMulti.size).to.equal(8);
    expect(VfioUserRegionWriteOne.size).to.equal(24);
  });

  it('multi order: carries the writes out in order and answers how many there were', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const reply = client.ask(bench.pump, MULTI, multi({ value: 1 }, { value: 2 }, { value: 3 }));
    expect([reply.errno, reply.payload]).to.deep.equal([0, fields(3n)]);
    expect(bench.handler.written).to.deep.equal([1, 2, 3]);
    expect(client.ask(bench.pump, MULTI, multi()).payload).to.deep.equal(fields(0n));
  });

  it('multi fails: ends with the first that fails, and counts those before it', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const reply = client.ask(bench.pump, MULTI, multi({ value: 1 }, { region: 99 }, { value: 3 }));
    expect([reply.errno, reply.payload]).to.deep.equal([0, fields(1n)]);
    expect(bench.handler.written).to.deep.equal([1]);
    const none = client.ask(bench.pump, MULTI, multi({ region: 99 }, { value: 3 }));
    expect([none.errno, none.payload.length]).to.deep.equal([Errno.EINVAL, 0]);
  });

  it('multi posted: posted writes are independent of each other, as if each had come by itself (own rule)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.send(
      MULTI,
      multi({ value: 1 }, { region: 99 }, { offset: 2 ** 53 - 1 }, { value: 3 }),
      POSTED,
    );
    expect(bench.pump()).to.include({ kind: 'done', errno: 0 });
    expect(client.receive()).to.equal(undefined);
    expect(bench.handler.written).to.deep.equal([1, 3]);
  });

  const refused: Readonly<Record<string, Uint8Array>> = {
    'fewer writes than it says': fields(2n, multi({}).slice(8)),
    'more writes than it says': fields(0n, multi({}).slice(8)),
    'half a write': multi({}).slice(0, 20),
    'a count of 2^32': fields(2n ** 32n),
    'more data than a write holds': multi({ value: 1 }, { count: 9 }),
    'no count': new Uint8Array(7),
  };
  for (const [what, payload] of Object.entries(refused)) {
    it(`multi refused: ${what} is EINVAL, and nothing is written`, async () => {
      await using bench = await openServer();
      const client = bench.open();
      expect(client.ask(bench.pump, MULTI, payload).errno).to.equal(Errno.EINVAL);
      expect(bench.handler.written).to.deep.equal([]);
    });
  }

  it('multi held: goes on where it was when the device takes its time', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const answers = [deferred<number>(), deferred<number>()];
    const written: number[] = [];
    bench.handler.onWrite = (_offset, data, at) => {
      written.push(data.getUint8(at));
      return answers[written.length - 1]?.promise ?? 1;
    };
    client.send(
      MULTI,
      multi({ value: 1 }, { value: 2 }, { value: 3 }, { region: MEMORY, value: 4 }),
    );
    expect(bench.pump().kind).to.equal('held');
    expect(written).to.deep.equal([1]);
    answers[0]?.resolve(1);
    await microtasks();
    expect(written).to.deep.equal([1, 2]);
    answers[1]?.resolve(1);
    await microtasks();
    expect(client.expect().payload).to.deep.equal(fields(4n));
    expect(written).to.deep.equal([1, 2, 3]);
    expect([...bench.memory.view(0, 1)]).to.deep.equal([4]);
  });

  it('multi late: no write comes after the client was told that it is too late', async () => {
    await using bench = await openServer({ limits: { deadlineMs: 1000 } });
    const client = bench.open();
    const answer = deferred<number>();
    bench.handler.onWrite = (_offset, data, at) => {
      bench.handler.written.push(data.getUint8(at));
      return answer.promise;
    };
    client.send(MULTI, multi({ value: 1 }, { value: 2 }));
    bench.pump();
    bench.clock.advance(900);
    expect(client.expect().errno).to.equal(Errno.ETIMEDOUT);
    answer.resolve(1);
    await microtasks();
    expect(bench.handler.written).to.deep.equal([1]);
  });
});
