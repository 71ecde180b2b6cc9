import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../clock/index.js';
import { microtasks, settled } from '../errors/outcome.test-support.js';
import { safeLogger, type Logger } from '../log/index.js';
import { DEADLINE_MS, deferred, testModel, trappedRegion } from './endpoint.test-support.js';
import { Endpoint } from './endpoint.js';
import { RecordingLogger } from './recording-logger.test-support.js';

function fail(): never {
  throw new Error('the disk is full');
}

const broken: Logger = { debug: fail, info: fail, warn: fail, error: fail, child: () => broken };

describe('a logger that throws (own rule: a log line keeps nobody waiting)', () => {
  const answers = [
    ['rejects', () => Promise.reject(new Error('x')), 'EIO model.threw'],
    ['throws', fail, 'EIO model.threw'],
    ['never answers', () => deferred<number>().promise, 'ETIMEDOUT model.deadline'],
  ] as const;
  for (const [what, read, answer] of answers) {
    it(`the client of a handler that ${what} gets its answer (bug)`, async () => {
      const clock = new ManualClock();
      const endpoint = new Endpoint({ clock, logger: broken, handlerDeadlineMs: DEADLINE_MS });
      endpoint.attach(testModel({ regions: [trappedRegion({ read, write: read })], close: fail }));
      await endpoint.open();
      const view = new DataView(new ArrayBuffer(4));
      const reading = settled(async () => endpoint.read(0, 0, view, 0, 4));
      await microtasks();
      clock.advance(DEADLINE_MS);
      expect(await reading).to.equal(answer);
      await endpoint.close();
      expect(endpoint.state).to.equal('closed');
    });
  }

  it('passes every level and its fields on, also of a child', () => {
    const logger = new RecordingLogger();
    const child = safeLogger(logger).child({ device: 1 });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      child[level](level, { some: 'field' });
    }
    expect(logger.lines.map((line) => [line.level, line.message, line.fields])).to.deep.equal(
      ['debug', 'info', 'warn', 'error'].map((level) => [
        level,
        level,
        { device: 1, some: 'field' },
      ]),
    );
  });
});
