import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks } from '../errors/outcome.test-support.js';
import type { DeviceEvent } from '../event/index.js';
import { EVENT_QUEUE_LIMIT, EventHub } from './event-queue.js';
import { RecordingLogger } from './recording-logger.test-support.js';

function message(n: number): DeviceEvent {
  return { kind: 'error', message: String(n) };
}

const hangup: DeviceEvent = { kind: 'hangup', reason: 'gone' };
const done = { done: true, value: undefined };

describe('the events of a device (own rule: a reader never blocks the device)', () => {
  it('a reader sees what is reported after it was made, in order', async () => {
    const hub = new EventHub(new RecordingLogger());
    hub.report(message(0));
    const reader = hub.reader();
    hub.report(message(1));
    hub.report(message(2));
    expect(await reader.next()).to.deep.equal({ done: false, value: message(1) });
    expect(await reader.next()).to.deep.equal({ done: false, value: message(2) });
    await reader.return?.();
  });

  it('every reader sees every event', async () => {
    const hub = new EventHub(new RecordingLogger());
    const readers = [hub.reader(), hub.reader()];
    hub.report(message(1));
    hub.end();
    for (const reader of readers) {
      expect((await reader.next()).value).to.deep.equal(message(1));
      expect(await reader.next()).to.deep.equal(done);
    }
  });

  it('several waiters of one reader are served in order, and all end', async () => {
    const hub = new EventHub(new RecordingLogger());
    const reader = hub.reader();
    const waiting = [reader.next(), reader.next(), reader.next()];
    hub.report(message(1));
    hub.report(hangup);
    const results = await Promise.all(waiting);
    expect(results.map((result) => result.done)).to.deep.equal([false, false, true]);
    expect(results[1]?.value).to.deep.equal(hangup);
  });

  it('a hangup ends the reader after what was queued', async () => {
    const hub = new EventHub(new RecordingLogger());
    const reader = hub.reader();
    hub.report(message(1));
    hub.report(hangup);
    hub.report(message(2));
    const kinds: string[] = [];
    for await (const event of reader) {
      kinds.push(event.kind);
    }
    expect(kinds).to.deep.equal(['error', 'hangup']);
  });

  it('the oldest are dropped when a reader lags behind, and it is told how many (bug)', async () => {
    const hub = new EventHub(new RecordingLogger());
    const reader = hub.reader();
    for (let i = 0; i < EVENT_QUEUE_LIMIT + 5; i++) {
      hub.report(message(i));
    }
    hub.end();
    const seen: string[] = [];
    for await (const event of reader) {
      seen.push(event.kind === 'error' ? event.message : event.kind);
    }
    expect(seen).to.have.length(EVENT_QUEUE_LIMIT + 1);
    expect([seen[0], seen[1], seen.at(-1)]).to.deep.equal([
      'lost',
      '5',
      String(EVENT_QUEUE_LIMIT + 4),
    ]);
  });

  it('a loop that is left stops listening, and what was queued is gone', async () => {
    const hub = new EventHub(new RecordingLogger());
    const reader = hub.reader();
    hub.report(message(1));
    hub.report(message(2));
    for await (const event of reader) {
      expect(event).to.deep.equal(message(1));
      break;
    }
    hub.report(message(3));
    await microtasks();
    expect(await reader.next()).to.deep.equal(done);
  });

  it('an event that no channel can carry is logged, and its driver hears nothing of it', async () => {
    const logger = new RecordingLogger();
    const hub = new EventHub(logger, {
      report: () => {
        throw new TypeError('no event');
      },
    });
    const reader = hub.reader();
    hub.report(message(1));
    expect((await reader.next()).value).to.deep.equal(message(1));
    expect(logger.lines.map((line) => line.message)).to.deep.equal([
      'an event of the device could not be told',
    ]);
    await reader.return?.();
  });
});
