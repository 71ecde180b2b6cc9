import {
  bindIrqs,
  Endpoint,
  irqCallback,
  MdevHost,
  silentLogger,
  SystemClock,
  type Device,
} from '@mdevkit/core';
import { BenchDevice, benchDriver, benchType, DOORBELL, STATUS } from './bench-device.js';
import {
  againstForeign,
  againstOwn,
  micro,
  type Benchmark,
  type Measurement,
} from '../measure/index.js';

/** The synchronous path that transports use, beside the bare access to the bytes. */
export const coreAccess: Benchmark = {
  name: 'core.access',
  measures: [
    againstForeign('core.region.read4', 'the same bytes through a DataView'),
    againstForeign('core.doorbell.write4', 'the same bytes through a DataView'),
    againstForeign('core.region.read4.async', 'a promise that is resolved'),
    againstOwn('core.irq.trigger', "the client's handler, called directly"),
  ],
  run: async () => {
    const endpoint = await openEndpoint();
    const data = new DataView(new ArrayBuffer(8));
    const store = new DataView(new ArrayBuffer(0x1000));
    const results = [
      await micro(
        'core.region.read4',
        () => endpoint.read(0, STATUS, data, 0, 4),
        () => {
          data.setUint32(0, store.getUint32(STATUS, true), true);
          return data;
        },
      ),
      await micro(
        'core.doorbell.write4',
        () => endpoint.write(0, DOORBELL, data, 0, 4),
        () => {
          store.setUint32(DOORBELL, 1, true);
          return store;
        },
      ),
    ];
    await endpoint.close();
    return [...results, ...(await contract())];
  },
};

async function openEndpoint(): Promise<Endpoint> {
  const endpoint = new Endpoint({ clock: new SystemClock(), logger: silentLogger });
  endpoint.attach(
    new BenchDevice({
      dma: endpoint.dma,
      irqs: endpoint.irqs,
      events: endpoint.events,
      clock: new SystemClock(),
      logger: silentLogger,
      identity: { uuid: '', type: 'bench-one', parent: 'bench0' },
    }),
  );
  await endpoint.open();
  return endpoint;
}

/** The same through the asynchronous contract, and an interrupt from the model to a callback. */
async function contract(): Promise<readonly Measurement[]> {
  await using host = new MdevHost();
  let model: BenchDevice | undefined;
  await host.load(
    benchDriver((made) => {
      model = made;
    }),
  );
  const { uuid } = await host.create(benchType);
  await using device: Device = await host.open(uuid);
  const bytes = new Uint8Array(4);
  let fired = 0;
  const target = irqCallback(() => {
    fired += 1;
  });
  await bindIrqs(device, 0, [target]);
  const irqs = model?.services.irqs;
  return [
    await micro(
      'core.region.read4.async',
      () => device.read(0, STATUS, bytes),
      () => Promise.resolve(bytes),
    ),
    await micro(
      'core.irq.trigger',
      () => irqs?.trigger(0, 0),
      () => {
        target.signal();
        return fired;
      },
    ),
  ];
}
