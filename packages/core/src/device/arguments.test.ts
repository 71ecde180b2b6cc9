import { VFIO_DEVICE_FEATURE_GET as GET } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../errors/outcome.test-support.js';
import { EVENTFD, TestFd, TRIGGER } from '../irq/irq.test-support.js';
import type { Device } from './contract.js';
import { makeEndpoint } from './endpoint.test-support.js';

const ARGUMENT = 'EINVAL device.argument';
const bytes = (): Uint8Array => new Uint8Array(4);

/** A device as a program without types sees it. */
type Method = Extract<keyof Device, string>;
type Untyped = Record<Method, (...args: readonly unknown[]) => Promise<unknown>>;

const setIrqs = { index: 1, flags: EVENTFD | TRIGGER, start: 0, count: 1, slots: [new TestFd()] };
const map = { iova: 0, memory: new Uint8Array(4096) };

const notNumbers: readonly unknown[] = [0n, 1n, '0', 'length', null, undefined, {}, true];
const notBytes: readonly unknown[] = [
  new ArrayBuffer(4),
  new Uint16Array(2),
  new Float64Array(4096),
  new DataView(new ArrayBuffer(4)),
  new Array<number>(4096).fill(0),
  'text',
  null,
  undefined,
];
const notIovas = notNumbers.filter((value) => typeof value !== 'bigint');
const notObjects: readonly unknown[] = [1, 'x', null, undefined];
const notSlots: readonly unknown[] = [5n, 'x', null, undefined, NaN, 0.5, Infinity, true];

type Row = readonly [
  method: Method,
  argument: string,
  wrong: readonly unknown[],
  args: (value: unknown) => readonly unknown[],
];

const rows: readonly Row[] = [
  ['regionInfo', 'index', notNumbers, (value) => [value]],
  ['irqInfo', 'index', notNumbers, (value) => [value]],
  ['read', 'region', notNumbers, (value) => [value, 0, bytes()]],
  ['read', 'offset', notNumbers, (value) => [0, value, bytes()]],
  ['read', 'into', notBytes, (value) => [0, 0, value]],
  ['write', 'region', notNumbers, (value) => [value, 0, bytes()]],
  ['write', 'offset', notNumbers, (value) => [0, value, bytes()]],
  ['write', 'from', notBytes, (value) => [0, 0, value]],
  ['mmap', 'region', notNumbers, (value) => [value, 0, 4096]],
  ['mmap', 'offset', notNumbers, (value) => [0, value, 4096]],
  ['mmap', 'length', notNumbers, (value) => [0, 0, value]],
  ['feature', 'flags', notNumbers, (value) => [value, bytes()]],
  ['feature', 'payload', notBytes, (value) => [500 | GET, value]],
  ['setMigrationState', 'state', notNumbers, (value) => [value]],
  ['dmaMap', 'map', notObjects, (value) => [value]],
  ['dmaMap', 'iova', notIovas, (value) => [{ ...map, iova: value }]],
  ['dmaMap', 'memory', notBytes, (value) => [{ ...map, memory: value }]],
  ['dmaUnmap', 'iova', notIovas, (value) => [value, 4096]],
  ['dmaUnmap', 'size', notNumbers, (value) => [0, value]],
  ['setIrqs', 'request', notObjects, (value) => [value]],
  ['setIrqs', 'index', notNumbers, (value) => [{ ...setIrqs, index: value }]],
  ['setIrqs', 'flags', notNumbers, (value) => [{ ...setIrqs, flags: value }]],
  ['setIrqs', 'start', notNumbers, (value) => [{ ...setIrqs, start: value }]],
  ['setIrqs', 'count', notNumbers, (value) => [{ ...setIrqs, count: value }]],
  ['setIrqs', 'bools', ['x', [1], null], (value) => [{ ...setIrqs, bools: value }]],
  ['setIrqs', 'slots', ['x', {}, null], (value) => [{ ...setIrqs, slots: value }]],
  ['setIrqs', 'slots', notSlots, (value) => [{ ...setIrqs, slots: [value] }]],
];

describe('arguments of a client in process (include/uapi/linux/vfio.h, the structures)', () => {
  for (const [method, argument, wrong, args] of rows) {
    it(`argument type: ${method} with a wrong ${argument} rejects with EINVAL and names it (bug)`, async () => {
      await using bench = makeEndpoint();
      const client = (await bench.open()) as unknown as Untyped;
      for (const value of wrong) {
        const answer = client[method](...args(value));
        expect(await settled(answer), typeof value).to.equal(ARGUMENT);
        await answer.catch((error: unknown) => {
          expect(error).to.have.deep.property('details', { argument });
        });
      }
      expect(bench.logger.lines, 'the model is not blamed').to.deep.equal([]);
    });
  }

  it('the right types get through, detached bytes as no bytes at all', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    expect(await client.setIrqs(setIrqs)).to.equal(0);
    expect(await client.read(0, 0, Buffer.alloc(4))).to.equal(4);
    await client.dmaMap({ ...map, iova: 4096n });
    expect(await client.dmaUnmap(4096n, 4096)).to.equal(4096);
    const detached = new Uint8Array(new ArrayBuffer(4));
    structuredClone(detached, { transfer: [detached.buffer] });
    expect(await client.read(0, 0, detached)).to.equal(0);
    expect(await settled(client.dmaMap({ iova: 0, memory: detached }))).to.equal('EINVAL dma.size');
  });

  it('argument type: a client that closed gets EBADF first', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    await client.close();
    const untyped = client as unknown as Untyped;
    expect(await settled(untyped.read(0n))).to.equal('EBADF device.closed');
  });
});
