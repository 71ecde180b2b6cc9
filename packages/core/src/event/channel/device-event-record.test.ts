import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import type { DeviceEvent } from '../device-events.js';
import { decodeChannelEvent, deviceEventOf } from './channel-event.js';
import { Room } from './channel.test-support.js';
import { deviceEventRecord } from './device-event-record.js';
import { EventChannel } from './event-channel.js';

/** An event of the device as its client reads it. */
function travelled(event: DeviceEvent): DeviceEvent | undefined {
  const channel = new EventChannel();
  const { type, data } = deviceEventRecord(event);
  channel.tell({ type, data });
  const room = new Room();
  void channel.read(room, true);
  return deviceEventOf(decodeChannelEvent(room.bytes ?? new Uint8Array(0)));
}

const fault = fc.record<Extract<DeviceEvent, { kind: 'fault' }>>({
  kind: fc.constant('fault'),
  pasid: fc.integer({ min: 0, max: 2 ** 20 - 1 }),
  iova: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  length: fc.maxSafeNat(),
  access: fc.constantFrom('read', 'write'),
  cause: fc.constantFrom('unattached', 'unmapped', 'permission', 'memory', 'request'),
});
const event = fc.oneof<fc.Arbitrary<DeviceEvent>[]>(
  fault,
  fc.record({ kind: fc.constant('request'), graceMs: fc.nat() }),
  fc.record({ kind: fc.constant('hangup'), reason: fc.string({ unit: 'grapheme' }) }),
  fc.record({ kind: fc.constant('error'), message: fc.string({ unit: 'grapheme' }) }),
  fc.record({ kind: fc.constant('lost'), count: fc.maxSafeNat() }),
);

describe('events of the device in a channel (own rule: a client without TypeScript can read them)', () => {
  it('own rule device events: each kind arrives as it was reported', () => {
    fc.assert(
      fc.property(event, (reported) => {
        expect(travelled(reported)).to.deep.equal(reported);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('own rule device events: their layouts are these', () => {
    const reports: [DeviceEvent, number, number[]][] = [
      [{ kind: 'lost', count: 258 }, 0, [2, 1, 0, 0, 0, 0, 0, 0]],
      [{ kind: 'request', graceMs: 1000 }, 1, [0xe8, 3, 0, 0, 0, 0, 0, 0]],
      [{ kind: 'hangup', reason: 'é' }, 2, [0xc3, 0xa9]],
      [
        { kind: 'fault', iova: 1n, length: 2, pasid: 3, access: 'write', cause: 'permission' },
        3,
        [
          ...[1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0],
          ...[3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0],
        ],
      ],
      [{ kind: 'error', message: 'no' }, 4, [0x6e, 0x6f]],
    ];
    for (const [reported, type, data] of reports) {
      const record = deviceEventRecord(reported);
      expect([record.type, [...record.data]]).to.deep.equal([type, data]);
    }
  });

  it('own rule device events: a text that is too long is cut between two characters', () => {
    const { data } = deviceEventRecord({ kind: 'error', message: `x${'é'.repeat(3000)}` });
    expect(data.length).to.equal(4079);
    expect(new TextDecoder('utf-8', { fatal: true }).decode(data)).to.equal(`x${'é'.repeat(2039)}`);
  });

  it('own rule shared record: a text takes no more memory than it has bytes', () => {
    const { data } = deviceEventRecord({ kind: 'error', message: 'no' });
    expect([data.length, data.buffer.byteLength]).to.deep.equal([2, 2]);
  });

  it('own rule device events: a grace is a whole number of milliseconds that a u32 holds', () => {
    const graces = [0.1, Infinity, -1, Number.NaN, 2 ** 40];
    expect(graces.map((graceMs) => travelled({ kind: 'request', graceMs }))).to.deep.equal(
      [1, 0xffff_ffff, 0, 0, 0xffff_ffff].map((graceMs) => ({ kind: 'request', graceMs })),
    );
  });
});

describe('what a client is told (own rule: a client checks it, too)', () => {
  it('own rule hostile record: bytes that are no event are EPROTO', () => {
    const record = Uint8Array.of(...new Array<number>(12).fill(0), 8, 0, 0, 0, 1);
    for (const bytes of [new Uint8Array(15), record, new Uint8Array(17), new Uint8Array(16)]) {
      expect(outcome(() => decodeChannelEvent(bytes))).to.equal('EPROTO event.record');
    }
  });

  it('own rule hostile record: any data is an event of the device, none, or EPROTO', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.uint8Array({ maxLength: 40 }),
        (type, data) => {
          const made = outcome(() => deviceEventOf({ element: 0n, type, data }));
          if (typeof made === 'string') {
            expect(made).to.equal('EPROTO event.record');
          } else {
            expect(made === undefined).to.equal(type > 4);
          }
        },
      ),
      { seed: 20261121, numRuns: 500 },
    );
    const bad = Uint8Array.from({ length: 32 }, (_, i) => (i === 20 ? 1 : 0));
    expect(outcome(() => deviceEventOf({ element: 0n, type: 3, data: bad }))).to.equal(
      'EPROTO event.record',
    );
  });

  it('own rule hostile record: an event of a driver is none of the device', () => {
    expect(deviceEventOf({ element: 1n, type: 0x1_0003, data: new Uint8Array(0) })).to.equal(
      undefined,
    );
  });
});
