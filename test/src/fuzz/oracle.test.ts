import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MessageSplitter } from './corpus/index.js';
import {
  ERROR,
  messageOf,
  NO_REPLY,
  payloadOf,
  TYPE_REPLY,
  versionPayload,
} from './message/index.js';
import { Random } from './random/index.js';
import { ExpectedReplies } from './target/expected-replies.js';
import { FuzzFailure } from './target/index.js';

const HEADER = 'docs/interop/vfio-user.rst, Header';
const LARGEST = 4096;
const VERSION = messageOf(1, payloadOf(0, 0), { id: 1 });
const READ = messageOf(9, payloadOf(0n, 0, 4), { id: 2 });
const READ_REPLY = messageOf(9, payloadOf(0n, 0, 4, 7), { id: 2, flags: TYPE_REPLY });

/** After a VERSION that was accepted. */
function agreed(): ExpectedReplies {
  const expected = new ExpectedReplies(LARGEST);
  expected.sent(VERSION);
  const agreement = versionPayload('{"capabilities":{}}\0');
  expected.received(messageOf(1, agreement, { id: 1, flags: TYPE_REPLY }), 0);
  return expected;
}

describe(`what the fuzzer takes for a mistake of a server (${HEADER})`, () => {
  it('a reply that is missing', () => {
    const expected = agreed();
    expected.sent(READ.subarray(0, 20));
    expect(expected.open).to.equal(0);
    expected.sent(READ.subarray(20));
    expect(expected.open).to.equal(1);
    expected.received(READ_REPLY, 0);
    expect(expected.open).to.equal(0);
  });

  it('a second reply, one of another id or command, one to what wants none', () => {
    for (const wrong of [
      READ_REPLY,
      messageOf(9, payloadOf(0n, 0, 4, 7), { id: 3, flags: TYPE_REPLY }),
      messageOf(10, payloadOf(0n, 0, 4), { id: 2, flags: TYPE_REPLY }),
    ]) {
      const expected = agreed();
      expected.sent(messageOf(9, payloadOf(0n, 0, 4), { id: 2, flags: NO_REPLY }));
      expect(() => {
        expected.received(wrong, 0);
      }).to.throw(FuzzFailure);
    }
  });

  it('a reply with too much or too little, without an errno, with descriptors', () => {
    for (const [wrong, fds] of [
      [messageOf(9, payloadOf(0n, 0, 4, 7, 8), { id: 2, flags: TYPE_REPLY }), 0],
      [messageOf(9, payloadOf(0n, 0), { id: 2, flags: TYPE_REPLY }), 0],
      [messageOf(9, payloadOf(), { id: 2, flags: TYPE_REPLY | ERROR }), 0],
      [messageOf(9, payloadOf(), { id: 2, flags: TYPE_REPLY | ERROR, errno: 4096 }), 0],
      [messageOf(9, payloadOf(1), { id: 2, flags: TYPE_REPLY | ERROR, errno: 22 }), 0],
      [READ_REPLY, 1],
    ] as const) {
      const expected = agreed();
      expected.sent(READ);
      expect(() => {
        expected.received(wrong, fds);
      }).to.throw(FuzzFailure);
    }
  });

  it('a success of what fails everywhere: no command, a DMA_READ that a client sends, a bare VERSION', () => {
    for (const [command, flags, payload] of [
      [9, 2, READ.subarray(16)],
      [11, 0, payloadOf(0n, 4n)],
      [1, 0, payloadOf(0)],
    ] as const) {
      const expected = agreed();
      expected.sent(messageOf(command, payload, { id: 2, flags }));
      expect(() => {
        expected.received(messageOf(command, payload, { id: 2, flags: TYPE_REPLY }), 0);
      }).to.throw(FuzzFailure);
    }
  });

  it('a refusal that overtakes the reply before it', () => {
    const expected = agreed();
    expected.sent(READ);
    expected.sent(messageOf(13, payloadOf(), { id: 3, flags: 2 }));
    const refusal = { id: 3, flags: TYPE_REPLY | ERROR, errno: 22 };
    expect(() => {
      expected.received(messageOf(13, payloadOf(), refusal), 0);
    }).to.throw(FuzzFailure);
  });

  it('an end of the connection, unless the stream is lost', () => {
    const expected = agreed();
    expected.sent(READ);
    expect(expected.mayEnd).to.equal(false);
    expected.sent(messageOf(9, payloadOf(), { size: LARGEST + 1 }));
    expect(expected.mayEnd).to.equal(true);
  });
});

describe('Random (Marsaglia, Xorshift RNGs)', () => {
  it('is the same for the same seed, another for another stream, and covers its range', () => {
    const take = (random: Random): number[] => Array.from({ length: 50 }, () => random.below(1000));
    expect(take(new Random(1, 2))).to.deep.equal(take(new Random(1, 2)));
    expect(take(new Random(1, 2))).to.not.deep.equal(take(new Random(1, 3)));
    expect(take(new Random(2, 2))).to.not.deep.equal(take(new Random(1, 2)));
    const seen = new Set(
      Array.from(
        { length: 400 },
        (
          (random) => () =>
            random.below(10)
        )(new Random(7)),
      ),
    );
    expect(seen.size).to.equal(10);
  });
});

describe('MessageSplitter (net/unix/af_unix.c, unix_stream_read_generic)', () => {
  it('gives descriptors to the last message of a reading, however the stream is cut', () => {
    const splitter = new MessageSplitter();
    splitter.add(Buffer.concat([VERSION, READ.subarray(0, 5)]), 0);
    splitter.add(READ.subarray(5), 0);
    splitter.add(Buffer.concat([READ, VERSION]), 2);
    expect(splitter.messages.map(({ descriptors }) => descriptors)).to.deep.equal([0, 0, 0, 2]);
    expect(splitter.messages.map(({ bytes }) => bytes[0])).to.deep.equal([1, 2, 2, 1]);
  });
});
