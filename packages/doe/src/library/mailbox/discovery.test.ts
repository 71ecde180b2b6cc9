import { ManualClock } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { discoveryId, encodeDiscoveryResponse } from '../../abi/object/index.js';
import { drive } from './bench.test-support.js';
import { DoeMailbox } from './doe-mailbox.js';
import { AT, echoId, ModelDevice, otherId } from './model-device.test-support.js';

/** A device that answers the n-th discovery, from 0 on, with what `answer` says. */
function discovering(answer: (count: number) => Uint8Array | undefined): ModelDevice {
  const device = new ModelDevice();
  let count = 0;
  device.discover = () => answer(count++);
  return device;
}

function open(device: ModelDevice, clock = new ManualClock()): Promise<DoeMailbox | string> {
  return drive(clock, settled(DoeMailbox.open(device, AT, { clock })));
}

async function features(device: ModelDevice): Promise<DoeMailbox['features']> {
  const clock = new ManualClock();
  await using mailbox = await drive(clock, DoeMailbox.open(device, AT, { clock }));
  return mailbox.features;
}

const requests = (device: ModelDevice): number =>
  device.log.filter((access) => access === 'W08=80000000').length;

describe('discovery of features', () => {
  it('doe §2 discovery endless: a device that never says 0 ends after 256 features, with EBUSY at the next (drivers/pci/doe.c, pci_doe_cache_features)', async () => {
    const device = discovering((count) =>
      encodeDiscoveryResponse({ vendor: count + 1, type: 1, next: (count + 1) & 0xff || 1 }),
    );
    expect(await open(device)).to.equal('EBUSY doe.discovery-endless');
    expect(requests(device)).to.equal(257);
  });

  it('doe §2 discovery loop: a next index that leads back is asked no more often (drivers/pci/doe.c, pci_doe_cache_features)', async () => {
    const device = discovering(() => encodeDiscoveryResponse({ ...echoId, next: 1 }));
    expect(await open(device)).to.equal('EBUSY doe.discovery-endless');
    expect(requests(device)).to.equal(257);
  });

  it('doe §2 discovery full: 256 features are not too many (drivers/pci/doe.c, pci_doe_cache_features)', async () => {
    const device = discovering((count) =>
      encodeDiscoveryResponse({ vendor: 7, type: count, next: (count + 1) & 0xff }),
    );
    expect(await features(device)).to.have.length(256);
  });

  it('doe §2 discovery next: the next index is asked for, whatever it is (PCI Express Base Specification 6.0, section 6.30.1.1)', async () => {
    const device = new ModelDevice();
    const asked: number[] = [];
    device.discover = ([index = 0]) => {
      asked.push(index);
      return encodeDiscoveryResponse({
        vendor: 5,
        type: index,
        next: { 0: 200, 200: 3 }[index] ?? 0,
      });
    };
    expect((await features(device)).map(({ type }) => type)).to.deep.equal([0, 200, 3]);
    expect(asked).to.deep.equal([0, 200, 3]);
  });

  it('doe §2 discovery duplicates: a feature that is named twice is listed once (Documentation/ABI/testing/sysfs-bus-pci, doe_features)', async () => {
    const ids = [discoveryId, echoId, discoveryId, echoId, otherId];
    const device = discovering((count) =>
      encodeDiscoveryResponse({ ...(ids[count] ?? echoId), next: count === 4 ? 0 : count + 1 }),
    );
    expect(await features(device)).to.deep.equal([discoveryId, echoId, otherId]);
  });

  it('doe §2 discovery nobody: vendor ffff names no feature (PCI Express Base Specification 6.0, section 6.30.1.1)', async () => {
    const device = discovering((count) =>
      encodeDiscoveryResponse(
        count === 0 ? { vendor: 0xffff, type: 0xff, next: 1 } : { ...echoId, next: 0 },
      ),
    );
    expect(await features(device)).to.deep.equal([echoId]);
  });

  it('doe §2 discovery itself: 0001:00 is supported even if the device does not say so (drivers/pci/doe.c, pci_doe_supports_feat)', async () => {
    const clock = new ManualClock();
    const device = discovering(() => encodeDiscoveryResponse({ ...echoId, next: 0 }));
    await using mailbox = await drive(clock, DoeMailbox.open(device, AT, { clock }));
    expect(mailbox.features).to.deep.equal([echoId]);
    expect(mailbox.supports(1, 0)).to.equal(true);
    const answer = await drive(clock, mailbox.exchange(1, 0, new Uint8Array(4)));
    expect(answer).to.deep.equal(encodeDiscoveryResponse({ ...echoId, next: 0 }));
  });

  it('doe §2 discovery short: a response without payload is EIO (drivers/pci/doe.c, pci_doe_discovery)', async () => {
    expect(await open(discovering(() => new Uint8Array(0)))).to.equal('EIO doe.discovery-short');
  });

  it('doe §2 discovery refused: the failure of one step is the failure of the mailbox (drivers/pci/doe.c, pci_doe_create_mb)', async () => {
    const device = discovering((count) =>
      count === 1 ? undefined : encodeDiscoveryResponse({ ...echoId, next: 1 }),
    );
    const clock = new ManualClock();
    expect(await open(device, clock)).to.equal('EIO doe.refused');
    expect(clock.pendingCount).to.equal(0);
  });
});
