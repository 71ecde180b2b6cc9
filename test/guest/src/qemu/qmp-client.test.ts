import { duplexPair, type Duplex } from 'node:stream';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LineSplitter } from '../support/index.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import { QmpClient } from './qmp-client.js';
import { QmpError } from './qmp-error.js';
import { parseQmp } from './qmp-message.js';

/** A monitor that answers as `answer` says; `undefined` is no answer. */
class FakeMonitor {
  readonly commands: JsonObject[] = [];

  constructor(
    readonly stream: Duplex,
    answer: (command: string, id: Json) => JsonObject | undefined,
  ) {
    const lines = new LineSplitter();
    stream.on('data', (piece: Buffer) => {
      for (const line of lines.feed(piece)) {
        const request: unknown = JSON.parse(line);
        if (isJsonObject(request)) {
          this.commands.push(request);
          const { execute, id = '' } = request;
          const reply = answer(typeof execute === 'string' ? execute : '', id);
          if (reply !== undefined) {
            this.say(reply);
          }
        }
      }
    });
    this.say({ QMP: { version: {}, capabilities: [] } });
  }

  say(message: JsonObject): void {
    this.stream.write(`${JSON.stringify(message)}\r\n`);
  }
}

async function connected(
  answer: (command: string, id: Json) => JsonObject | undefined = (_, id) => ({ return: {}, id }),
): Promise<{ client: QmpClient; monitor: FakeMonitor }> {
  const [host, other] = duplexPair();
  const monitor = new FakeMonitor(other, answer);
  return { client: await QmpClient.connect(host), monitor };
}

describe('QmpClient (QEMU docs/interop/qmp-spec.rst)', () => {
  it('leaves the negotiation mode first', async () => {
    const { monitor } = await connected();
    expect(monitor.commands.map(({ execute }) => execute)).to.deep.equal(['qmp_capabilities']);
  });

  it('matches answers by their id, in whatever order they come', async () => {
    const held: Json[] = [];
    const { client, monitor } = await connected((command, id) => {
      if (command === 'qmp_capabilities') {
        return { return: {}, id };
      }
      held.push(id);
      return undefined;
    });
    const answers = [client.execute('query-a'), client.execute('query-b')];
    while (held.length < 2) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    monitor.say({ return: 'b', id: held[1] ?? '' });
    monitor.say({ return: 'a', id: held[0] ?? '' });
    expect(await Promise.all(answers)).to.deep.equal(['a', 'b']);
  });

  it('tells errors by their class', async () => {
    const { client } = await connected((command, id) =>
      command === 'device_del'
        ? { error: { class: 'DeviceNotFound', desc: 'no such device' }, id }
        : { return: {}, id },
    );
    const failure = await client.execute('device_del').catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(QmpError);
    expect(failure).to.include({ qmpClass: 'DeviceNotFound', command: 'device_del' });
  });

  it('gives the next event that fits, not an earlier one', async () => {
    const { client, monitor } = await connected();
    const deleted = (device: string): JsonObject => ({ event: 'DEVICE_DELETED', data: { device } });
    monitor.say(deleted('early'));
    await client.execute('query-status');
    const event = client.nextEvent('DEVICE_DELETED', ({ device }) => device !== 'other');
    monitor.say(deleted('other'));
    monitor.say({ event: 'RESET' });
    monitor.say(deleted('late'));
    expect((await event).data).to.deep.equal({ device: 'late' });
    expect(client.events.map((each) => each.event)).to.deep.equal([
      'DEVICE_DELETED',
      'DEVICE_DELETED',
      'RESET',
      'DEVICE_DELETED',
    ]);
  });

  it('fails what waits when QEMU goes away', async () => {
    const { client, monitor } = await connected((command, id) =>
      command === 'qmp_capabilities' ? { return: {}, id } : undefined,
    );
    const waiting = [client.execute('query-status'), client.nextEvent('RESET')];
    monitor.stream.end();
    const outcomes = await Promise.allSettled([...waiting, client.execute('query-status')]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal([
      'rejected',
      'rejected',
      'rejected',
    ]);
  });
});

describe('parseQmp (QEMU docs/interop/qmp-spec.rst)', () => {
  it('refuses what is not QMP', () => {
    for (const line of ['', '[]', '{}', '{"id":1}', 'no']) {
      expect(() => parseQmp(line), line).to.throw();
    }
  });
});
