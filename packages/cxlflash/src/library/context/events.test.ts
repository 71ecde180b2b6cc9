import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  FLASH_EVENT_LINK_UP,
  FLASH_EVENT_MERGED,
  FlashEvent,
  FlashEventKind,
  NO_LUN,
} from '../../abi/index.js';
import { driverEvent, type ContextEvent } from './context-event.js';
import { EventFeed, FEED_LIMIT } from './event-feed.js';

describe("driverEvent (include/uapi/misc/cxl.h, CXL_EVENT_AFU_DRIVER: the data are the driver's own)", () => {
  const base = { flags: 0, context_id: 9n, lun: 3n, value: 7n };
  const merged = FLASH_EVENT_MERGED >>> 0;
  const rows: readonly (readonly [Parameters<typeof FlashEvent.encode>[0], ContextEvent])[] = [
    [{ kind: FlashEventKind.CTX_ERROR, lun: NO_LUN }, { kind: 'context-error' }],
    [{ kind: FlashEventKind.CTX_RECOVERED }, { kind: 'context-recovered', contextId: 7n }],
    [
      { kind: FlashEventKind.LUN_CAPACITY, flags: merged },
      { kind: 'lun-capacity', disk: 3, lastLba: 7n, isMerged: true },
    ],
    [{ kind: FlashEventKind.LUN_GONE }, { kind: 'lun-gone', disk: 3 }],
    [
      { kind: FlashEventKind.PORT_LINK, flags: FLASH_EVENT_LINK_UP },
      { kind: 'port-link', port: 7, isUp: true, isMerged: false },
    ],
    [
      { kind: FlashEventKind.PORT_LINK },
      { kind: 'port-link', port: 7, isUp: false, isMerged: false },
    ],
    [{ kind: FlashEventKind.SYNC_RETRY }, { kind: 'sync-retry', resource: 7 }],
  ];
  for (const [input, expected] of rows) {
    it(`${expected.kind} ${JSON.stringify(input?.flags ?? 0)}`, () => {
      expect(driverEvent(FlashEvent.encode({ ...base, ...input }))).to.deep.equal(expected);
    });
  }

  it('longer data are understood, unknown and short ones handed on', () => {
    const longer = new Uint8Array(FlashEvent.size + 8);
    FlashEvent.encode({ ...base, kind: FlashEventKind.LUN_GONE }, longer);
    expect(driverEvent(longer).kind).to.equal('lun-gone');
    expect(driverEvent(new Uint8Array(8)).kind).to.equal('unknown');
    expect(driverEvent(FlashEvent.encode({ kind: 99 })).kind).to.equal('unknown');
  });
});

describe('EventFeed (own rule: a slow reader loses the oldest, and is told how many)', () => {
  const gone = (disk: number): ContextEvent => ({ kind: 'lun-gone', disk });

  it('each reader gets what came after it was made, and ends after that', async () => {
    const feed = new EventFeed();
    feed.post(gone(0));
    const reader = feed.reader();
    const waiting = reader.next();
    feed.post(gone(1));
    feed.post(gone(2));
    feed.end();
    expect((await waiting).value).to.deep.equal(gone(1));
    expect((await reader.next()).value).to.deep.equal(gone(2));
    expect((await reader.next()).done).to.equal(true);
    expect((await feed.reader().next()).done).to.equal(true);
  });

  it('marks what was lost before the rest', async () => {
    const feed = new EventFeed();
    const reader = feed.reader();
    for (let disk = 0; disk < FEED_LIMIT + 3; disk++) {
      feed.post(gone(disk));
    }
    expect((await reader.next()).value).to.deep.equal({ kind: 'lost', count: 3 });
    expect((await reader.next()).value).to.deep.equal(gone(3));
    await reader.return?.();
    expect((await reader.next()).done).to.equal(true);
  });

  it('return ends a wait, and the end of the feed too', async () => {
    const feed = new EventFeed();
    const left = feed.reader();
    const ended = feed.reader();
    const waits = [left.next(), ended.next()];
    await left.return?.();
    feed.end();
    expect((await Promise.all(waits)).map(({ done }) => done)).to.deep.equal([true, true]);
  });
});
