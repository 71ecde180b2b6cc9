import { duplexPair, type Duplex } from 'node:stream';
import { expect } from 'chai';
import { beforeEach, describe, it } from 'mocha';
import { LineSplitter } from '../support/index.js';
import { PciBus } from './pci-bus.js';
import { QtestClient } from './qtest-client.js';

describe('QtestClient (QEMU system/qtest.c)', () => {
  let qemu: Duplex;
  let client: QtestClient;
  let answers: string[];
  let requests: string[];
  beforeEach(() => {
    const [host, other] = duplexPair();
    qemu = other;
    client = new QtestClient(host);
    answers = [];
    requests = [];
    const lines = new LineSplitter();
    other.on('data', (piece: Buffer) => {
      for (const line of lines.feed(piece)) {
        requests.push(line);
        other.write(`${answers.shift() ?? 'OK'}\n`);
      }
    });
  });

  it('names the width by a letter', async () => {
    answers = ['OK 0x00000000000000ed', 'OK', 'OK 0xffffffffffffffff'];
    expect(await client.read(0xe0000000, 4)).to.equal(0xed);
    await client.write(0xe0000010, 2, 0xabc);
    expect(await client.read64(8)).to.equal(0xffff_ffff_ffff_ffffn);
    expect(requests).to.deep.equal(['readl 0xe0000000', 'writew 0xe0000010 0xabc', 'readq 0x8']);
  });

  it('reaches ports and blocks of memory', async () => {
    answers = ['OK 0x00a5', 'OK', 'OK 0x010203', 'OK'];
    expect(await client.portRead(0xcfc, 1)).to.equal(0xa5);
    await client.portWrite(0xcf8, 4, 0x8000_0060);
    expect(await client.readMemory(0x1000, 3)).to.deep.equal(Buffer.of(1, 2, 3));
    await client.writeMemory(0x1000, Uint8Array.of(0xff, 0));
    expect(requests).to.deep.equal([
      'inb 0xcfc',
      'outl 0xcf8 0x80000060',
      'read 0x1000 0x3',
      'write 0x1000 0x2 0xff00',
    ]);
  });

  it('gives answers to requests in their order', async () => {
    answers = ['OK 0x1', 'OK 0x2'];
    expect(await Promise.all([client.read(0, 1), client.read(1, 1)])).to.deep.equal([1, 2]);
  });

  it('takes interrupts that come between for no answer', async () => {
    answers = ['IRQ raise 16\nIRQ raise 3\nOK 0x7', 'IRQ lower 3\nOK'];
    expect(await client.read(0, 1)).to.equal(7);
    expect(client.raisedIrqs).to.deep.equal([3, 16]);
    await client.write(0, 1, 0);
    expect(client.raisedIrqs).to.deep.equal([16]);
  });

  it('fails a request that QEMU refuses', async () => {
    answers = ['FAIL Unknown command'];
    const failure = await client.request('nonsense').catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'nonsense: FAIL Unknown command');
  });

  it('fails what waits when QEMU goes away', async () => {
    qemu.removeAllListeners('data');
    const waiting = client.read(0, 1).catch((error: unknown) => error);
    qemu.end();
    expect(await waiting)
      .to.have.property('message')
      .that.includes('closed');
  });

  it('looks again until it sees something', async () => {
    answers = ['OK 0x0', 'OK 0x0', 'OK 0x9'];
    const seen = await client.until('nine', async () => (await client.read(0, 4)) || undefined);
    expect(seen).to.equal(9);
    expect(requests).to.have.length(3);
  });

  describe('PciBus (own rule)', () => {
    const bus = (): PciBus =>
      new PciBus(client, 0xb000_0000, 1, { first: 0x1000, end: 0x4000 }, { first: 0, end: 0 });

    it('gives a BAR a multiple of its size, and nothing twice', () => {
      const places = bus();
      expect(places.takeMemory(0x10)).to.equal(0x1000);
      expect(places.takeMemory(0x1000)).to.equal(0x2000);
      expect(places.takeMemory(0x1000)).to.equal(0x3000);
      expect(() => places.takeMemory(0x10)).to.throw(RangeError);
      expect(() => places.takePorts(8)).to.throw(RangeError);
    });

    it('finds configuration space by bus, slot and function (PCI Express Base, section 7.2.2)', async () => {
      answers = ['OK 0x0'];
      await bus().at(2, 3).read(4, 2);
      expect(requests).to.deep.equal(['readw 0xb0113004']);
    });
  });
});
