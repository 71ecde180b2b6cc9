import { disposableMade, disposableReleased, ManualClock } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { PCI_EXT_CAP_ID_DOE, pciExtCapHeader } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ConfigAccess } from '../access/index.js';
import { drive } from './bench.test-support.js';
import { AT, echoId, ModelDevice } from './model-device.test-support.js';
import { findMailbox, openDoe } from './open-doe.js';

const PLACES = [0x140, 0x160, 0x180];

/** Three DOE Capabilities, each a model of its own. */
function threeDoes(): { config: ConfigAccess; devices: ModelDevice[] } {
  const devices = PLACES.map(() => new ModelDevice());
  const at = (offset: number): [ModelDevice, number] => {
    const index = Math.max(
      PLACES.findLastIndex((place) => place <= offset),
      0,
    );
    return [devices[index] ?? new ModelDevice(), AT + offset - (PLACES[index] ?? 0)];
  };
  return {
    devices,
    config: {
      read32: (offset) => {
        const next = { 0x140: 0x160, 0x160: 0x180 }[offset];
        if (next !== undefined) {
          return pciExtCapHeader({ id: PCI_EXT_CAP_ID_DOE, version: 1, next });
        }
        const [device, inside] = at(offset);
        return device.read32(offset < AT ? offset : inside);
      },
      write32: (offset, value) => {
        const [device, inside] = at(offset);
        device.write32(inside, value);
      },
    },
  };
}

describe('openDoe', () => {
  it('doe §2 requester all: every DOE Capability is opened; one that fails is reported and keeps nobody from being used (drivers/pci/doe.c, pci_doe_init)', async () => {
    const clock = new ManualClock();
    const { config, devices } = threeDoes();
    devices.slice(1, 2).forEach((device) => (device.isStuckBusy = true));
    const { mailboxes, failed } = await drive(clock, openDoe(config, { clock }));
    expect(mailboxes.map(({ at }) => at)).to.deep.equal([0x140, 0x180]);
    expect(failed.map(({ at }) => at)).to.deep.equal([0x160]);
    expect(String(failed[0]?.error)).to.contain('EIO doe.abort-timeout');
    await Promise.all(mailboxes.map((mailbox) => mailbox.close()));
  });

  it('doe §2 requester find: the first in the list that has the feature (drivers/pci/doe.c, pci_find_doe_mailbox)', async () => {
    const clock = new ManualClock();
    const { config, devices } = threeDoes();
    devices[0]?.handlers.set(1, () => Uint8Array.of(1, 0, 0, 0));
    const { mailboxes } = await drive(clock, openDoe(config, { clock }));
    expect(findMailbox(mailboxes, echoId.vendor, echoId.type)?.at).to.equal(0x160);
    expect(findMailbox(mailboxes, 1, 0)?.at).to.equal(0x140);
    expect(findMailbox(mailboxes, 1, 1)).to.equal(undefined);
    await Promise.all(mailboxes.map((mailbox) => mailbox.close()));
  });

  it('doe §2 requester all: cancelled, it opens no more of them (own rule)', async () => {
    const clock = new ManualClock();
    const { config, devices } = threeDoes();
    const controller = new AbortController();
    devices[1]?.handlers.set(1, () => {
      controller.abort();
      return undefined;
    });
    const { signal } = controller;
    const opening = settled(openDoe(config, { clock, signal }));
    expect(await drive(clock, opening)).to.equal('EIO doe.cancelled');
    expect(devices[2]?.log).to.deep.equal(['R00', 'R04']);
    expect(clock.pendingCount).to.equal(0);
  });

  it('doe §2 requester all: cancelled, it closes those that it has opened (bug; own rule)', async () => {
    const clock = new ManualClock();
    const { config, devices } = threeDoes();
    const controller = new AbortController();
    devices[2]?.handlers.set(1, () => {
      controller.abort();
      return undefined;
    });
    const held = new Set<unknown>();
    const add = (made: unknown): void => void held.add(made);
    const remove = (released: unknown): void => void held.delete(released);
    subscribe(disposableMade.name, add);
    subscribe(disposableReleased.name, remove);
    let most = 0;
    for (const device of devices) {
      device.onAccess = () => (most = Math.max(most, held.size));
    }
    const opening = settled(openDoe(config, { clock, signal: controller.signal }));
    expect(await drive(clock, opening)).to.equal('EIO doe.cancelled');
    unsubscribe(disposableMade.name, add);
    unsubscribe(disposableReleased.name, remove);
    expect([most, held.size, clock.pendingCount]).to.deep.equal([3, 0, 0]);
  });
});
