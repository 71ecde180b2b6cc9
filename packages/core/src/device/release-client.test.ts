import { VFIO_IRQ_SET_ACTION_TRIGGER, VFIO_IRQ_SET_DATA_EVENTFD } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, settled } from '../errors/outcome.test-support.js';
import { DEADLINE_MS, deferred, makeEndpoint, trappedRegion } from './endpoint.test-support.js';

const BIND = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
const MSIX = 2;

describe('releaseClient (vfio-user protocol specification, Disconnection and reconnect)', () => {
  it('release keeps: registers and memory stay, and the device is neither reset nor closed', async () => {
    const calls: string[] = [];
    const log = (name: string) => (): void => {
      calls.push(name);
    };
    await using bench = makeEndpoint({
      open: log('open'),
      close: log('close'),
      reset: log('reset'),
    });
    const { endpoint } = bench;
    await endpoint.open();
    void endpoint.write(0, 8, new DataView(Uint8Array.of(1, 2, 3, 4).buffer), 0, 4);
    calls.length = 0;
    await endpoint.releaseClient();
    const read = new DataView(new ArrayBuffer(4));
    void endpoint.read(0, 8, read, 0, 4);
    expect(read.getUint32(0, true)).to.equal(0x04030201);
    expect(calls).to.deep.equal([]);
    await endpoint.close();
  });

  it('release drops: interrupts, maps and dirty logs of the client are gone', async () => {
    await using bench = makeEndpoint();
    const { endpoint } = bench;
    await endpoint.open();
    const unbound: string[] = [];
    const target = { signal: () => undefined, unbound: () => void unbound.push('unbound') };
    endpoint.setIrqs({ index: MSIX, flags: BIND, start: 0, count: 1, slots: [target] });
    endpoint.dmaPlane.map({ iova: 0, memory: new Uint8Array(4096) });
    endpoint.dmaPlane.space.startDirtyTracking({ pageSize: 4096 });
    const { pasid } = endpoint.dma;
    await endpoint.releaseClient();
    expect(unbound).to.deep.equal(['unbound']);
    expect(endpoint.irqs.trigger(MSIX)).to.equal(false);
    expect(endpoint.dmaPlane.space.dirtyLog).to.equal(undefined);
    expect(() => {
      endpoint.dma.read(0, new Uint8Array(1));
    }).to.throw('EFAULT');
    expect(endpoint.dma.pasid).to.be.greaterThan(0);
    expect(pasid).to.be.greaterThan(0);
    await endpoint.close();
  });

  it('release quiet: waits for the model, and what an earlier command waited for is not done', async () => {
    const quiet = deferred();
    await using bench = makeEndpoint({ quiesce: () => quiet.promise });
    const { endpoint } = bench;
    await endpoint.open();
    const held = settled(
      Promise.resolve(
        endpoint.whileQuiet('map', () => {
          endpoint.dmaPlane.map({ iova: 0, memory: new Uint8Array(4096) });
        }),
      ),
    );
    const released = endpoint.releaseClient();
    await microtasks();
    quiet.resolve();
    await released;
    expect(await held).to.equal('EBADF device.closed');
    expect(endpoint.dmaPlane.space.find(0)).to.equal(undefined);
    await endpoint.close();
  });

  it('release after reset: a reset that the client asked for is over before the next one can ask for another', async () => {
    const answer = deferred();
    const resets = [undefined, answer.promise];
    await using bench = makeEndpoint({ reset: () => resets.shift() });
    const { endpoint } = bench;
    await endpoint.open();
    const resetting = endpoint.reset();
    let released = false;
    const releasing = endpoint.releaseClient().then(() => (released = true));
    await microtasks();
    expect(released).to.equal(false);
    answer.resolve();
    await releasing;
    await endpoint.reset();
    await resetting;
    expect(endpoint.counters.resets).to.equal(2);
    await endpoint.close();
  });

  it('release after reset: one that never ends is not waited for longer than a handler may take', async () => {
    const resets = [undefined, new Promise<void>(() => undefined)];
    await using bench = makeEndpoint({ reset: () => resets.shift() });
    const { endpoint, clock } = bench;
    await endpoint.open();
    const resetting = settled(endpoint.reset());
    clock.advance(DEADLINE_MS / 2);
    const releasing = endpoint.releaseClient();
    for (let half = 0; half < 2; half++) {
      await microtasks();
      clock.advance(DEADLINE_MS / 2);
    }
    await releasing;
    expect(await resetting).to.equal('ETIMEDOUT model.deadline');
    await endpoint.close();
  });

  it('release waiters: an access that waits for a handler ends', async () => {
    const answer = deferred<number>();
    const region = trappedRegion({ read: () => answer.promise, write: () => 4 });
    await using bench = makeEndpoint({ regions: [region] });
    const { endpoint } = bench;
    await endpoint.open();
    const reading = settled(
      Promise.resolve(endpoint.read(0, 0, new DataView(new ArrayBuffer(4)), 0, 4)),
    );
    await endpoint.releaseClient();
    answer.resolve(4);
    expect(await reading).to.equal('EBUSY device.resetting');
    await endpoint.close();
  });
});
