import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { defineDriver, ManualClock, MdevHost } from '@mdevkit/core';
import { gpioDriver, Idio16, PinBoard } from '@mdevkit/example-gpio';
import { replay, replayInto, type ReplayResult } from '@mdevkit/testing';
import { VfioUserDevice, VfioUserServer } from '@mdevkit/vfio-user';
import { bootRecording } from './boot-recording.test-support.js';

/** The card whose inputs do not read as they are wired. */
function wrongDriver(board: PinBoard): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'gpio',
    deviceApi: 'vfio-pci',
    types: [{ id: 'idio16' }],
    parents: [{ name: 'gpio0', capacity: 1 }],
    model: (services) => {
      const pins = {
        inputs: 0x0100,
        drive: (outputs: number) => {
          board.drive(outputs);
        },
        onInputs: (callback: () => void) => board.onInputs(callback),
      };
      return new Idio16(pins, services);
    },
  });
}

async function inProcess(driver: ReturnType<typeof defineDriver>): Promise<ReplayResult> {
  const clock = new ManualClock();
  await using host = new MdevHost({ clock });
  await host.load(driver);
  const advance = (ms: number): void => {
    clock.advance(ms);
  };
  return await replayInto(bootRecording(), host, {}, { advance });
}

describe('a recorded boot of QEMU and Linux (drivers/gpio/gpio-pci-idio-16.c)', () => {
  it('row: boot: replays in process without a difference, and drives the same outputs', async () => {
    const board = new PinBoard();
    const driven: number[] = [];
    using _ = board.onOutputs((outputs) => driven.push(outputs));
    const { calls, leftOut, differences } = await inProcess(gpioDriver(board));
    expect(differences).to.deep.equal([]);
    expect(leftOut).to.equal(0);
    expect(calls).to.be.greaterThan(150);
    // What the guest set: 0xa5c3, then 1, bit by bit; the last is the reset.
    expect(driven).to.include.members([0xa5c3, 0x0001]);
  });

  it('row: boot: replays over vfio-user without a difference', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mdev-'));
    try {
      await using host = new MdevHost();
      await host.load(gpioDriver(new PinBoard()));
      const { uuid } = await host.create({ parent: 'gpio0', type: 'gpio-idio16' });
      await using server = VfioUserServer.listen(await host.attach(uuid), {
        path: join(folder, 'gpio.sock'),
      });
      server.run();
      await using device = await VfioUserDevice.connect(server.path);
      const { calls, differences } = await replay(bootRecording(), device, { events: false });
      expect(differences).to.deep.equal([]);
      expect(calls).to.be.greaterThan(150);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('row: boot: a register that answers otherwise is told by its name', async () => {
    const { differences } = await inProcess(wrongDriver(new PinBoard()));
    const texts = differences.map(({ text }) => text);
    expect(new Set(texts)).to.deep.equal(
      new Set(['read registers.IN_HIGH, 1: expected 0x00, got 0x01']),
    );
  });
});
