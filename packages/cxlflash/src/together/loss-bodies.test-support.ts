import { expect } from 'chai';
import { it } from 'mocha';
import { Flash, type FlashContext, type FlashLun } from '../library/index.js';
import {
  DRAIN_MS,
  FlashFixture,
  inTime,
  pattern,
  reasonOf,
  refusalOf,
  until,
  type Connect,
} from './fixture.test-support.js';

interface Running {
  readonly flash: Flash;
  readonly context: FlashContext;
  readonly lun: FlashLun;
  /** The refusals of a read, a tagged write and a wait for a request. */
  readonly outcomes: Promise<readonly string[]>;
}

/** A context with requests that do not end. */
async function running(fixture: FlashFixture, connect: Connect): Promise<Running> {
  const flash = await fixture.flash(connect);
  const context = await flash.openContext({ timeoutMs: 1000 });
  const lun = await context.openLun({ maxRequests: 2 });
  fixture.store.isHeld = true;
  const read = refusalOf(lun.read(0, new Uint8Array(4096)));
  const tag = await lun.awrite(1, pattern(1, 1));
  const write = refusalOf(lun.result(tag));
  const waiting = refusalOf(lun.read(2, new Uint8Array(4096)));
  await until(() => fixture.store.calls.length === 2);
  return { flash, context, lun, outcomes: Promise.all([read, write, waiting]) };
}

const thrice = (refusal: string): readonly string[] => [refusal, refusal, refusal];

/** What goes away while there are requests, over whatever leads to the device. */
export function lossBodies(connect: Connect): void {
  it('a context that the driver gives up fails what it has with EIO; another one goes on (CTX_ERROR)', async () => {
    await using fixture = await FlashFixture.make();
    const { flash, context, lun, outcomes } = await running(fixture, connect);
    await using other = await flash.openContext();
    const second = await other.openLun();
    const events = context.events();
    fixture.parent.failContext(context.contextId);
    expect(await outcomes).to.deep.equal(thrice('EIO cxlflash.context-lost'));
    expect((await events.next()).value).to.deep.equal({ kind: 'context-error' });
    expect((await events.next()).done).to.equal(true);
    expect(context.loss?.reason).to.equal('cxlflash.context-lost');
    expect(await reasonOf(lun.read(0, new Uint8Array(4096)))).to.equal('cxlflash.context-lost');
    expect(await reasonOf(context.openLun())).to.equal('cxlflash.context-lost');
    fixture.store.letGo();
    expect(await second.write(9, pattern(1, 3))).to.equal(1);
    await context.close();
    await using next = await flash.openContext();
    expect(await (await next.openLun()).read(9, new Uint8Array(4096))).to.equal(1);
    await flash.close();
  });

  it('a device that is removed by surprise fails everything with ENODEV or EIO', async () => {
    await using fixture = await FlashFixture.make();
    const { flash, context, outcomes } = await running(fixture, connect);
    const removal = fixture.host.remove(fixture.uuid, 0);
    for (const refusal of await outcomes) {
      expect(refusal).to.be.oneOf(['ENODEV cxlflash.lost', 'EIO cxlflash.context-lost']);
    }
    expect(context.loss).not.to.equal(undefined);
    fixture.store.letGo();
    await removal;
    await flash.close();
    expect(await reasonOf(flash.openContext())).to.equal('cxlflash.closed');
  });

  it('a device that its caller closes fails everything, too', async () => {
    await using fixture = await FlashFixture.make();
    const { flash, outcomes } = await running(fixture, connect);
    const closed = fixture.disconnect();
    for (const refusal of await outcomes) {
      expect(refusal).to.be.oneOf(['ENODEV cxlflash.lost', 'EIO cxlflash.context-lost']);
    }
    fixture.store.letGo();
    await closed;
    await flash.close();
  });

  it('a reset of the device ends all contexts; new ones work', async () => {
    await using fixture = await FlashFixture.make();
    const connection = await fixture.connect(connect);
    const attach: Connect = () => Promise.resolve(connection);
    const { flash, context, outcomes } = await running(fixture, attach);
    const reset = connection.device.reset();
    await until(() => context.loss !== undefined);
    fixture.store.letGo();
    await reset;
    expect(await outcomes).to.deep.equal(thrice('EIO cxlflash.context-lost'));
    await context.close();
    await using again = await Flash.attach(connection.device, {
      clock: fixture.clock,
      ...connection.options,
    });
    await using next = await again.openContext();
    expect(await (await next.openLun()).read(0, new Uint8Array(4096))).to.equal(1);
    await flash.close();
  });

  it('memory that is unmapped under a context ends that context alone (SISL_ISTATUS_PERM_ERR_RCB_READ)', async () => {
    await using fixture = await FlashFixture.make();
    const connection = await fixture.connect(connect);
    await using flash = await fixture.flash(() => Promise.resolve(connection), { iova: 0x10_0000 });
    await using context = await flash.openContext({ bufferBytes: 4096 });
    await using other = await flash.openContext({ bufferBytes: 4096 });
    const [lun, second] = [await context.openLun(), await other.openLun()];
    // Queue and requests of 64 commands, and one page of data.
    await connection.device.dmaUnmap(0x10_0000, 4 * 4096);
    expect(await refusalOf(lun.read(0, new Uint8Array(4096)))).to.equal(
      'EIO cxlflash.context-lost',
    );
    expect(context.loss?.details).to.have.property('intr_status', 8n);
    expect(await second.read(0, new Uint8Array(4096))).to.equal(1);
  });

  it('close waits for what is active', async () => {
    await using fixture = await FlashFixture.make();
    const flash = await fixture.flash(connect);
    const context = await flash.openContext();
    const lun = await context.openLun();
    fixture.store.isHeld = true;
    const write = lun.write(5, pattern(1, 5));
    await until(() => fixture.store.calls.length === 1);
    let isClosed = false;
    const closing = flash.close().then(() => (isClosed = true));
    await until(() => flash.contexts.length === 1);
    expect(isClosed).to.equal(false);
    fixture.store.letGo();
    expect(await write).to.equal(1);
    await closing;
    const stored = new Uint8Array(4096);
    await fixture.store.memory.read(5, stored);
    expect(Buffer.compare(stored, pattern(1, 5))).to.equal(0);
  });

  it('a host that asks for the device gets it when the active requests have ended', async () => {
    await using fixture = await FlashFixture.make();
    const connection = await fixture.connect(connect);
    const flash = await Flash.attach(
      connection.device,
      { clock: fixture.clock, ...connection.options },
      () => connection.close(),
    );
    const context = await flash.openContext();
    const lun = await context.openLun();
    fixture.store.isHeld = true;
    const write = lun.write(5, pattern(1, 5));
    await until(() => fixture.store.calls.length === 1);
    const removal = fixture.host.remove(fixture.uuid);
    const late = (): Promise<string> => reasonOf(lun.write(6, pattern(1, 5)));
    await until(() => flash.isClosing);
    expect(await late()).to.equal('cxlflash.lun-closed');
    fixture.store.letGo();
    expect(await write).to.equal(1);
    await removal;
    await flash.close();
  });

  for (const timeoutMs of [400, 1000]) {
    it(`a disk that never answers: ETIMEDOUT by the time of the device, ${timeoutMs} ms, tried again three times`, async () => {
      await using fixture = await FlashFixture.make();
      await using flash = await fixture.flash(connect);
      await using context = await flash.openContext({ timeoutMs });
      const lun = await context.openLun();
      fixture.store.isHeld = true;
      let outcome: string | undefined;
      void refusalOf(lun.read(0, new Uint8Array(4096))).then((refusal) => {
        outcome = refusal;
      });
      await inTime(fixture.clock, () => outcome !== undefined);
      expect(outcome).to.equal('ETIMEDOUT cxlflash.abort-pending');
      expect([context.retries, context.loss]).to.deep.equal([3, undefined]);
      expect(fixture.clock.now()).to.be.at.least(4 * timeoutMs + 3 * 100);
      fixture.store.letGo();
      expect(await lun.read(0, new Uint8Array(4096))).to.equal(1);
    });
  }

  it('nothing waits for a disk that never answers, not even close', async () => {
    await using fixture = await FlashFixture.make();
    const { flash, outcomes } = await running(fixture, connect);
    let closes = 0;
    const closing = flash.close().then(() => (closes += 1));
    for (let second = 0; second < 40 && closes === 0; second++) {
      fixture.clock.advance(Math.max(1000, DRAIN_MS));
      for (let turn = 0; turn < 20; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    expect(closes).to.equal(1);
    await closing;
    expect((await outcomes)[2]).to.equal('EINVAL cxlflash.lun-closed');
  });
}
