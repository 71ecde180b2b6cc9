import { duplexPair, type Duplex } from 'node:stream';
import { expect } from 'chai';
import { beforeEach, describe, it } from 'mocha';
import sinon from 'sinon';
import { LineSplitter } from '../support/index.js';
import { CommandChannel } from './command-channel.js';
import { REPLY_MARK } from './markers.js';

const LIMIT_MS = 1000;

/** A guest that says what a test lets it say. */
class FakeGuest {
  readonly requests: string[] = [];
  readonly #lines = new LineSplitter();

  constructor(readonly stream: Duplex) {
    stream.on('data', (piece: Buffer) => this.requests.push(...this.#lines.feed(piece)));
  }

  answer(id: number, output: string, code: number): void {
    this.stream.write(`${output}\n${REPLY_MARK} ${id} ${code}\n`);
  }
}

async function turns(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('CommandChannel (own rule)', () => {
  let guest: FakeGuest;
  let channel: CommandChannel;
  beforeEach(() => {
    const [host, other] = duplexPair();
    guest = new FakeGuest(other);
    channel = new CommandChannel(host);
  });

  it('sends a command when the one before it has ended', async () => {
    const first = channel.run('one', LIMIT_MS);
    const second = channel.run('two', LIMIT_MS);
    await turns();
    expect(guest.requests.map((line) => line[0])).to.deep.equal(['1']);
    guest.answer(1, 'a', 0);
    expect(await first).to.deep.equal({ code: 0, output: 'a' });
    await turns();
    expect(guest.requests.map((line) => line[0])).to.deep.equal(['1', '2']);
    guest.answer(2, 'b', 9);
    expect(await second).to.deep.equal({ code: 9, output: 'b' });
  });

  it('fails a command that has not ended in time, with what it printed', async () => {
    const fake = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const result = channel.run('hangs', LIMIT_MS).catch((error: unknown) => error);
      await turns();
      guest.stream.write('so far');
      await turns();
      fake.tick(LIMIT_MS);
      expect(await result)
        .to.have.property('message')
        .that.matches(/hangs .* so far$/);
    } finally {
      fake.restore();
    }
  });

  it('does not take a late reply for that of the next command', async () => {
    const fake = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const late = channel.run('late', LIMIT_MS).catch(() => 'late');
      await turns();
      fake.tick(LIMIT_MS);
      expect(await late).to.equal('late');
      const next = channel.run('next', LIMIT_MS);
      await turns();
      guest.answer(1, 'of the late one', 1);
      guest.answer(2, 'of the next', 0);
      expect(await next).to.deep.equal({ code: 0, output: 'of the next' });
    } finally {
      fake.restore();
    }
  });

  it('fails at once when the guest goes away, and from then on', async () => {
    const running = channel.run('running', LIMIT_MS).catch((error: unknown) => error);
    await turns();
    guest.stream.end();
    expect(await running)
      .to.have.property('message')
      .that.includes('the guest is gone');
    const after = await channel.run('after', LIMIT_MS).catch((error: unknown) => error);
    expect(after).to.have.property('message').that.includes('the guest is gone');
  });
});
