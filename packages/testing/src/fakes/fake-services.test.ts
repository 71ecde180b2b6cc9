import { MdevError, type ModelServices } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FakeEvents, FakeLogger, fakeServices } from './index.js';

describe('fakeServices (own rule: a model is made in one line)', () => {
  it('are what a model may ask for, and a fault is an event as well', () => {
    const services = fakeServices({ maps: [{ iova: 0, size: 8 }], enabled: [1] });
    const asked: ModelServices = services;
    asked.dma.write(0, Uint8Array.of(1));
    expect(() => asked.dma.fill(8, 1, 0)).to.throw(MdevError, 'dma.fault');
    expect(services.events.of('fault').map(({ iova }) => iova)).to.deep.equal([8n]);
    expect([asked.irqs.trigger(0), asked.irqs.trigger(1)]).to.deep.equal([false, true]);
    let rang = false;
    using _ = asked.clock.schedule(5, () => (rang = true));
    services.clock.advance(5);
    expect(rang).to.equal(true);
  });

  it('know the interrupts of the model from the beginning, where a test knows them', () => {
    const { irqs } = fakeServices({
      irqs: [{ kind: 'signal', name: 'done', count: 1 }],
      enabled: [0],
    });
    expect([irqs.trigger(0), irqs.trigger(1)]).to.deep.equal([true, false]);
  });

  it('have an identity that a test may change in part', () => {
    const { identity } = fakeServices({ identity: { parent: 'accel0' } });
    expect([identity.type, identity.parent]).to.deep.equal(['fake-type', 'accel0']);
  });
});

describe('FakeEvents (core, event/device-events.ts)', () => {
  it('keeps events in order, by kind, until it is cleared', () => {
    const events = new FakeEvents();
    events.report({ kind: 'error', message: 'a' });
    events.report({ kind: 'request', graceMs: 5 });
    events.report({ kind: 'error', message: 'b' });
    expect(events.reported.map(({ kind }) => kind)).to.deep.equal(['error', 'request', 'error']);
    expect(events.of('error').map(({ message }) => message)).to.deep.equal(['a', 'b']);
    events.clear();
    expect(events.reported).to.deep.equal([]);
  });
});

describe('FakeLogger (core, log/logger.ts)', () => {
  it('adds the fields of a child, and of its child, to each line; the last one stays', () => {
    const logger = new FakeLogger();
    const child = logger.child({ mdev: 'm', part: 'a' }).child({ part: 'b' });
    logger.info('one');
    child.warn('two', { n: 2 });
    child.error('three', { part: 'c' });
    logger.debug('four');
    logger.warn('five', { n: 5 });
    logger.error('six');
    expect(logger.lines).to.deep.equal([
      { level: 'info', message: 'one', fields: {} },
      { level: 'warn', message: 'two', fields: { mdev: 'm', part: 'b', n: 2 } },
      { level: 'error', message: 'three', fields: { mdev: 'm', part: 'c' } },
      { level: 'debug', message: 'four', fields: {} },
      { level: 'warn', message: 'five', fields: { n: 5 } },
      { level: 'error', message: 'six', fields: {} },
    ]);
    logger.clear();
    expect(logger.lines).to.deep.equal([]);
  });
});
