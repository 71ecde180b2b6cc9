import { CXL_READ_MIN_SIZE, POLLERR, POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { RecordingLogger } from '../../device/recording-logger.test-support.js';
import { microtasks, outcome, settled } from '../../errors/outcome.test-support.js';
import { DisposableStore } from '../../lifecycle/index.js';
import { silentLogger } from '../../log/index.js';
import type { ReadTarget } from '../descriptor-operations.js';
import { AfuContextEvents } from './afu-context-events.js';
import type { AfuContext } from './afu-driver.js';
import { told } from './together/bench.test-support.js';
import {
  broken,
  deferred,
  named,
  ScriptedDriver,
  type NamedEvent,
} from './together/scripted-driver.test-support.js';

const READABLE = POLLIN | POLLRDNORM;

function makeContext(logger = new RecordingLogger()): AfuContextEvents {
  return new AfuContextEvents({ processElement: 7, logger });
}

/** Room for an event, and something that happens in the middle of its copy. */
function target(during: () => void = () => undefined): ReadTarget & { readonly bytes: Uint8Array } {
  const bytes = new Uint8Array(CXL_READ_MIN_SIZE);
  return {
    bytes,
    length: bytes.length,
    copy(header, data): void {
      bytes.set(header);
      bytes.set(data, header.length);
      during();
    },
  };
}

function readNow(context: AfuContextEvents, during?: () => void): string {
  const into = target(during);
  const length = outcome(() => context.read(into, true));
  if (length instanceof Promise) {
    throw new Error('a read that should have answered at once waits');
  }
  return typeof length === 'string' ? length : told(into.bytes.subarray(0, length));
}

describe('AfuContextEvents: what happens in the middle of something (own rule: nothing is lost or done twice)', () => {
  it('cxl read irq: raised again while it is copied, it comes again', async () => {
    await using context = makeContext();
    context.interrupt(3);
    expect(readNow(context, () => context.interrupt(3))).to.equal('irq 3');
    expect(readNow(context)).to.equal('irq 3');
    expect(readNow(context)).to.equal('EAGAIN afu.empty');
  });

  it('cxl read fault: a newer one that comes while a copy fails takes its place', async () => {
    await using context = makeContext();
    context.fault({ address: 1n, dsisr: 1n });
    const fail = (): never => {
      context.fault({ address: 2n, dsisr: 2n });
      return broken();
    };
    expect(readNow(context, fail)).to.equal('EFAULT afu.copy');
    expect(readNow(context)).to.equal('fault 2 2');
    expect(readNow(context)).to.equal('EAGAIN afu.empty');
  });

  it('cxl read error: one that comes while the first is copied is an event of its own', async () => {
    await using context = makeContext();
    context.afuError(1n);
    expect(readNow(context, () => context.afuError(2n))).to.equal('error 1');
    expect(readNow(context)).to.equal('error 2');
    context.afuError(3n);
    const fail = (): never => {
      context.afuError(4n);
      return broken();
    };
    expect(readNow(context, fail)).to.equal('EFAULT afu.copy');
    expect(readNow(context)).to.equal('error 3');
    expect(readNow(context)).to.equal('EAGAIN afu.empty');
  });

  it('cxl read readers: who comes after the event does not overtake who waits for it', async () => {
    await using context = makeContext();
    const into = target();
    const waiting = context.read(into, false);
    context.interrupt(1);
    const late = settled(() => context.read(target(), true));
    expect(told(into.bytes.subarray(0, await waiting))).to.equal('irq 1');
    expect(await late).to.equal('EAGAIN afu.empty');
  });

  it('cxl context free: in the middle of a copy that succeeds, the event was delivered', async () => {
    await using context = makeContext();
    const driver = new ScriptedDriver(named('a'), named('b'));
    context.setDriverOps(driver);
    context.notify(2);
    expect(readNow(context, () => void context.free())).to.equal('driver a');
    await context.free();
    expect([...driver.ends].sort()).to.deep.equal(['a 0', 'b -125']);
  });

  it('cxl context free: by a driver that is being asked: what it answers then ends with -ECANCELED', async () => {
    for (const wrap of [<T>(event: T): T => event, <T>(event: T) => Promise.resolve(event)]) {
      const context = makeContext();
      const driver = new ScriptedDriver(() => {
        void context.free();
        return wrap(named('a'));
      }, named('b'));
      context.setDriverOps(driver);
      context.notify(2);
      // A read whose turn it is was not queued, so it ends as one of a context that has ended.
      expect(await settled(() => context.read(target(), false))).to.match(/^E(?:IO|BADF) afu/);
      await context.free();
      expect(driver.ends).to.deep.equal(['a -125', 'b -125']);
    }
  });

  it('cxl context free: what is announced is fetched one after the other, whoever asked last', async () => {
    const context = makeContext();
    const slow = deferred<NamedEvent>();
    const driver = new ScriptedDriver(() => {
      void context.free();
      return named('a');
    });
    driver.push(() => slow.promise, named('c'));
    context.setDriverOps(driver);
    context.notify(3);
    expect(readNow(context)).to.equal('EIO afu.ended');
    expect(driver.log).to.deep.equal(['fetch', 'a -125', 'fetch']);
    slow.resolve(named('b'));
    await context.free();
    expect(driver.ends).to.deep.equal(['a -125', 'b -125', 'c -125']);
  });

  it('cxl read turns: a driver that reads while it is asked waits behind the reader that asked', async () => {
    await using context = makeContext();
    const inner = target();
    const nested: (number | Promise<number>)[] = [];
    context.setDriverOps(
      new ScriptedDriver(() => {
        nested.push(context.read(inner, false));
        return named('a');
      }),
    );
    context.notify(1);
    context.interrupt(1);
    expect(readNow(context)).to.equal('driver a');
    expect(told(inner.bytes.subarray(0, await nested[0]!))).to.equal('irq 1');
  });

  it('seed 001 counter: a driver may announce an event before it has it ready', async () => {
    await using context = makeContext();
    const driver = new ScriptedDriver();
    context.setDriverOps(driver);
    const into = target();
    const read = context.read(into, false);
    context.notify(1);
    expect(driver.log).to.deep.equal([]);
    driver.push(named('a'));
    expect(told(into.bytes.subarray(0, await read))).to.equal('driver a');
  });

  it('seed 000 #4: what a driver makes of its object later changes nothing for the next attempt', async () => {
    await using context = makeContext();
    const event = { name: 'a', data: Buffer.from('a') as Uint8Array };
    const driver = new ScriptedDriver(event);
    context.setDriverOps(driver);
    context.notify(1);
    expect(readNow(context, broken)).to.equal('EFAULT afu.copy');
    event.data = new Uint8Array(5000);
    expect(readNow(context)).to.equal('driver a');
  });
});

describe('AfuContextEvents: listeners, log and options', () => {
  it('cxl poll changes: listeners are called when the answer of poll changes, and at each notify', async () => {
    await using context = makeContext();
    const seen: number[] = [];
    using _listener = context.onChange(() => seen.push(context.poll()));
    context.interrupt(1);
    context.interrupt(2);
    readNow(context);
    readNow(context);
    context.setDriverOps(new ScriptedDriver(named('a')));
    context.notify(0);
    context.notify(1);
    context.interrupt(1);
    readNow(context);
    readNow(context);
    context.linkDown();
    context.detach();
    expect(seen).to.deep.equal([READABLE, 0, 0, READABLE, 0, POLLERR]);
  });

  it('cxl poll changes: a listener that throws is logged, and one that adds itself again is called once', async () => {
    const logger = new RecordingLogger();
    await using context = makeContext(logger);
    using store = new DisposableStore();
    let called = 0;
    const again = (): void => {
      called += 1;
      store.add(context.onChange(again));
    };
    store.add(context.onChange(broken));
    store.add(context.onChange(again));
    context.interrupt(1);
    expect(called).to.equal(1);
    expect(
      logger.lines.map(({ level, fields }) => [level, fields['processElement']]),
    ).to.deep.equal([['error', 7]]);
  });

  it('cxl read error: the first that is dropped is logged, the others until the next read are counted', async () => {
    const logger = new RecordingLogger();
    await using context = makeContext(logger);
    for (let i = 0; i < 2; i++) {
      for (let error = 0n; error < 10n; error++) {
        context.afuError(error);
      }
      readNow(context);
    }
    expect(context.droppedErrors).to.equal(18);
    expect(logger.lines.map(({ level, fields }) => [level, fields['error']])).to.deep.equal([
      ['warn', 1n],
      ['warn', 1n],
    ]);
  });

  it('cxl read broken driver: what it did is logged with the callback that did it', async () => {
    const logger = new RecordingLogger();
    await using context = makeContext(logger);
    const driver = new ScriptedDriver(broken, named('a'));
    driver.verdicts.push(broken);
    context.setDriverOps(driver);
    context.notify(2);
    expect(readNow(context)).to.equal('driver a');
    expect(logger.lines.map(({ fields }) => fields['callback'])).to.deep.equal([
      'fetchEvent',
      'eventDelivered',
    ]);
  });

  it('include/misc/cxl.h, struct cxl_afu_driver_ops: callbacks are told the context, so that one driver serves many', async () => {
    const told: [string, number][] = [];
    const driver = {
      fetchEvent(context: AfuContext): { data: Uint8Array } {
        told.push(['fetch', context.processElement]);
        return { data: new Uint8Array(1) };
      },
      eventDelivered(_event: { data: Uint8Array }, status: number, context: AfuContext): void {
        told.push([String(status), context.processElement]);
      },
    };
    for (const processElement of [1, 2]) {
      await using context = new AfuContextEvents({ processElement, logger: silentLogger });
      context.setDriverOps(driver);
      context.notify(1);
      readNow(context);
    }
    expect(told).to.deep.equal([
      ['fetch', 1],
      ['0', 1],
      ['fetch', 2],
      ['0', 2],
    ]);
  });

  it('include/uapi/misc/cxl.h, struct cxl_event_header: options that no header can carry are refused', () => {
    const logger = silentLogger;
    for (const options of [
      { processElement: -1 },
      { processElement: 65_536 },
      { processElement: 1.5 },
      { processElement: 0, irqs: 65_536 },
      { processElement: 0, irqs: -1 },
      { processElement: 0, starvationBound: 0 },
      { processElement: 0, starvationBound: 1.5 },
    ]) {
      expect(() => new AfuContextEvents({ ...options, logger })).to.throw(RangeError);
    }
  });

  it('cxl read one event: at once, without a promise, where neither the reader nor the driver waits', async () => {
    await using context = makeContext();
    context.setDriverOps(new ScriptedDriver(named('a')));
    context.notify(1);
    context.interrupt(1);
    expect([context.read(target(), false), context.read(target(), false)]).to.deep.equal([9, 16]);
    context.detach();
    expect(outcome(() => context.read(target(), false))).to.equal('EIO afu.ended');
    await context.free();
    await microtasks();
    expect(outcome(() => context.read(target(), false))).to.equal('EBADF afu.closed');
  });
});
