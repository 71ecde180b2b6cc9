import { expect } from 'chai';
import { describe, it } from 'mocha';
import { encodeObject } from '../../abi/object/index.js';
import {
  ERROR,
  GO,
  INT_STATUS,
  MailboxBench,
  objectWords,
  READY,
  roundTripWords,
  toWords,
} from './mailbox-bench.test-support.js';
import { ReceivedObject } from './received-object.js';

const SECTION = 'PCI Express Base Specification 6.0, section 6.30.1';
const MOST = 2 ** 18;

/** Words whose header says `length`. */
function saying(length: number, words: number): number[] {
  return objectWords(words).map((word, index) => (index === 1 ? length : word));
}

describe('lengths of data objects', () => {
  for (const [what, words] of [
    ['one word less than written', saying(2, 3)],
    ['one word more than written', saying(4, 3)],
    ['the length 1', saying(1, 2)],
    ['the length 1, of three words', saying(1, 3)],
    ['the length 0 (2^18 words), of two words', saying(0, 2)],
    ['one word alone', [0x0001_1e98]],
    ['one word alone that is a length', [1]],
  ] as const) {
    it(`doe §1 length mismatch: ${what} is thrown away in silence, and the next one is taken (${SECTION})`, () => {
      using bench = new MailboxBench();
      bench.send(words);
      expect(bench.port.asked).to.have.length(0);
      expect([bench.status, bench.mailbox.state]).to.deep.equal([0, 'idle']);
      expect(bench.clock.pendingCount).to.equal(0);
      expect(bench.roundTrip(), 'without an abort').to.deep.equal(roundTripWords);
    });
  }

  it(`doe §1 length mismatch: two writers whose words mix lose both objects (own rule)`, () => {
    using bench = new MailboxBench();
    const [a, b] = [objectWords(3), objectWords(4)];
    bench.write([...a.slice(0, 2), ...b.slice(0, 2), ...a.slice(2), ...b.slice(2)]);
    bench.mailbox.writeControl(GO);
    bench.mailbox.writeControl(GO);
    expect([bench.port.asked.length, bench.status]).to.deep.equal([0, 0]);
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
  });

  it(`doe §1 empty Go: Go with nothing written does nothing (${SECTION})`, () => {
    using bench = new MailboxBench();
    bench.mailbox.writeControl(GO);
    bench.mailbox.writeControl(GO);
    expect([bench.status, bench.port.asked.length, bench.messages]).to.deep.equal([0, 0, 0]);
  });

  it(`doe §1 shortest object: the header alone is an object (${SECTION})`, () => {
    using bench = new MailboxBench();
    bench.send(objectWords(2));
    expect(toWords(bench.port.last.object)).to.deep.equal(objectWords(2));
  });

  it(`doe §1 reserved bits: bits 31:18 of the length word do not count (${SECTION})`, () => {
    using bench = new MailboxBench();
    bench.send(saying(0xfffc_0003, 3));
    expect(bench.port.asked).to.have.length(1);
  });

  it(`doe §1 longest object: 2^18 words both ways, length 0 (${SECTION})`, () => {
    using bench = new MailboxBench();
    bench.write(objectWords(MOST));
    bench.mailbox.writeControl(GO);
    const { object } = bench.port.last;
    expect(object.length).to.equal(2 ** 20);
    expect(toWords(object.subarray(0, 12))).to.deep.equal([0x0001_1e98, 0, 0xa000_0002]);
    expect(toWords(object.subarray(-4))).to.deep.equal([0xa000_0000 + MOST - 1]);
    const payload = new Uint8Array((MOST - 2) * 4).map((_, index) => index * 7);
    const response = encodeObject({ vendor: 0x1e98, type: 1 }, payload);
    bench.port.last.answer({ kind: 'response', object: response });
    let wrong = 0;
    const expected = toWords(response);
    expect(expected[1]).to.equal(0);
    for (const word of expected) {
      wrong += bench.mailbox.readMailbox() === word && (bench.status & READY) !== 0 ? 0 : 1;
      bench.mailbox.acknowledge();
    }
    expect([wrong, bench.status]).to.deep.equal([0, INT_STATUS]);
  });

  it(`doe §1 overflow: a word behind 2^18 is an error, and nothing is kept (${SECTION})`, () => {
    using bench = new MailboxBench();
    bench.write(objectWords(MOST));
    expect(bench.status).to.equal(0);
    bench.mailbox.writeMailbox(1);
    expect(bench.status).to.equal(ERROR | INT_STATUS);
    bench.abort();
    bench.mailbox.writeControl(GO);
    expect(bench.port.asked).to.have.length(0);
    expect(bench.roundTrip()).to.deep.equal(roundTripWords);
  });

  it(`doe §1 overflow: a lower bound of the device counts, too (own rule)`, () => {
    using bench = new MailboxBench({ limits: { objectWords: 5 } });
    bench.send(objectWords(5));
    expect(bench.port.asked).to.have.length(1);
    bench.abort();
    bench.write(objectWords(6));
    expect(bench.status).to.equal(ERROR | INT_STATUS);
  });

  it(`doe §1 overflow: in READY it ends the response (own rule)`, () => {
    using bench = MailboxBench.in('ready');
    bench.write(objectWords(MOST));
    expect(bench.status & READY).to.not.equal(0);
    bench.mailbox.writeMailbox(1);
    expect(bench.status).to.equal(ERROR | INT_STATUS);
    expect(bench.mailbox.readMailbox()).to.equal(0);
  });

  it(`doe §1 room: it grows with what is written, not with what is announced, and never beyond the bound (own rule)`, () => {
    const received = new ReceivedObject(100);
    for (const word of [1, 100, ...new Array<number>(98).fill(7)]) {
      expect(received.push(word)).to.equal(true);
    }
    expect(received.push(7)).to.equal(false);
    const object = received.take();
    expect([object?.length, object?.buffer.byteLength]).to.deep.equal([400, 400]);
    received.push(1);
    received.push(0);
    expect(received.take()).to.equal(undefined);
  });

  it(`doe §1 room: no bound of a device is higher than 2^18 words (${SECTION})`, () => {
    const received = new ReceivedObject(MOST * 2);
    let taken = 0;
    while (received.push(0) && taken <= MOST) {
      taken++;
    }
    expect(taken).to.equal(MOST);
  });
});
