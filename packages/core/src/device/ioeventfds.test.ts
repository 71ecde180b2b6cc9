import { expect } from 'chai';
import { describe, it } from 'mocha';
import { irqCallback, type IrqSource } from '../irq/index.js';
import { noDescriptors } from '../irq/slot.js';
import { TestFd } from '../irq/irq.test-support.js';
import { Region } from '../region/index.js';
import { makeEndpoint } from './endpoint.test-support.js';
import type { IoeventfdRequest } from './ioeventfds.js';
import { bindIrqs } from './irq-calls.js';

const request = (slot: IrqSource): IoeventfdRequest => {
  return { region: 0, offset: 0, width: 4, data: 1n, slot };
};

function doorbell(ring: () => void): Region {
  const write = (_offset: number, _data: DataView, _at: number, length: number): number => {
    ring();
    return length;
  };
  const handler = { read: () => 0, write };
  return new Region({
    name: 'doorbell',
    size: 4,
    ranges: [{ kind: 'trapped', offset: 0, size: 4, handler }],
    ioeventfd: {},
  });
}

describe('writes by eventfd (drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_ioeventfd)', () => {
  it('a source whose first write makes the client close is let go (bug)', async () => {
    let rings = 0;
    const region = doorbell(() => {
      rings += 1;
      bench.endpoint.irqs.trigger(1, 0);
    });
    await using bench = makeEndpoint({ regions: [region] });
    const client = await bench.open();
    let closing: Promise<void> | undefined;
    await bindIrqs(client, 1, [irqCallback(() => void (closing = client.close()))]);
    const source = new TestFd();
    source.signal();
    bench.endpoint.ioeventfds.set(request(source), noDescriptors);
    await closing;
    source.signal();
    expect([rings, source.take()], 'nobody is subscribed').to.deep.equal([1, 1]);
  });

  it('a source that throws when it is subscribed to is forgotten (bug)', async () => {
    await using bench = makeEndpoint({ regions: [doorbell(() => undefined)] });
    await bench.open();
    const broken: IrqSource = {
      subscribe: () => {
        throw new Error('broken');
      },
    };
    const { ioeventfds } = bench.endpoint;
    expect(() => {
      ioeventfds.set(request(broken), noDescriptors);
    }).to.throw('broken');
    ioeventfds.set(request(new TestFd()), noDescriptors);
  });
});
