import { AddressSpace, type Device } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { RacedDevice } from './raced-device.js';

/** A device whose every call answers its own name, and what it was called with. */
function echoDevice(): Device {
  const target: object = {};
  return new Proxy(target, {
    get:
      (_target, name) =>
      (...args: readonly unknown[]) => [name, ...args],
  }) as Device;
}

const space = new AddressSpace();
const bytes = new Uint8Array(2);
const map = { iova: 1, memory: bytes };
const request = { index: 1, flags: 0, start: 0, count: 0 };

/** Every call of the contract that is answered by a promise. */
const calls: readonly [label: string, call: (device: Device) => Promise<unknown>, ...unknown[]][] =
  [
    ['info', (device) => device.info(), 'info'],
    ['regionInfo(3)', (device) => device.regionInfo(3), 'regionInfo', 3],
    ['irqInfo(3)', (device) => device.irqInfo(3), 'irqInfo', 3],
    ['setIrqs(1)', (device) => device.setIrqs(request), 'setIrqs', request],
    ['read(1, 2)', (device) => device.read(1, 2, bytes), 'read', 1, 2, bytes],
    ['write(1, 2)', (device) => device.write(1, 2, bytes), 'write', 1, 2, bytes],
    ['mmap(1, 2)', (device) => device.mmap(1, 2, 3), 'mmap', 1, 2, 3],
    ['reset', (device) => device.reset(), 'reset'],
    ['feature(5)', (device) => device.feature(5, bytes), 'feature', 5, bytes],
    ['setMigrationState(2)', (device) => device.setMigrationState(2), 'setMigrationState', 2],
    ['migrationState', (device) => device.migrationState(), 'migrationState'],
    ['dmaMap(1)', (device) => device.dmaMap(map), 'dmaMap', map],
    ['dmaUnmap(1)', (device) => device.dmaUnmap(1n, 2), 'dmaUnmap', 1n, 2],
    ['bind', (device) => device.bind(space), 'bind', space],
    ['control', (device) => device.control(), 'control'],
    ['close', (device) => device.close(), 'close'],
  ];

describe('RacedDevice (core, device/contract.ts)', () => {
  for (const [label, call, ...answer] of calls) {
    it(`${label} goes to the device as it is, between two turns`, async () => {
      const turns: string[] = [];
      const raced = new RacedDevice(echoDevice(), async (turn, run) => {
        turns.push(turn);
        return run();
      });
      expect(await call(raced)).to.deep.equal(answer);
      expect(turns).to.deep.equal([label]);
    });
  }

  it('to dispose is to close, and events come as they come', async () => {
    const turns: string[] = [];
    const raced = new RacedDevice(echoDevice(), async (turn, run) => {
      turns.push(turn);
      return run();
    });
    await raced[Symbol.asyncDispose]();
    expect(turns).to.deep.equal(['close']);
    expect(raced.events()).to.deep.equal(['events']);
  });
});
