import { ManualClock } from '../clock/index.js';
import { microtasks } from '../errors/outcome.test-support.js';
import type { IrqIndexSpec } from '../irq/index.js';
import { DeviceMemory, Region, type RangeHandler } from '../region/index.js';
import { DeviceClient } from './device-client.js';
import type { EndpointServices } from './endpoint-services.js';
import { Endpoint } from './endpoint.js';
import { absent, type DeviceModel, type RegionSlot } from './model.js';
import { RecordingLogger } from './recording-logger.test-support.js';

export const DEADLINE_MS = 1000;

/**
 * An endpoint with a model, a clock that stands still and a log that can be read. Disposing it closes the
 * clients that are left, however long the model takes.
 */
export interface Bench extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly clock: ManualClock;
  readonly logger: RecordingLogger;
  /** Opens for a client in process. */
  readonly open: () => Promise<DeviceClient>;
  /** How many clients gave the device back. */
  readonly closed: () => number;
}

export const testIrqs: readonly IrqIndexSpec[] = [
  { kind: 'level', name: 'intx', count: 1 },
  { kind: 'message', name: 'msi', count: 4, resizable: false },
  { kind: 'message', name: 'msix', count: 8, resizable: true },
  { kind: 'signal', name: 'err', count: 1, role: 'error' },
  { kind: 'signal', name: 'req', count: 1, role: 'request' },
  { kind: 'absent', name: 'none' },
  { kind: 'level', name: 'unimplemented', count: 0 },
];

/** A region whose one handler is given; 64 bytes. */
export function trappedRegion(handler: RangeHandler, split: 'natural' | 'none' = 'none'): Region {
  return new Region({
    name: 'trapped',
    size: 64,
    ranges: [{ kind: 'trapped', offset: 0, size: 64, handler, split }],
  });
}

/** 0: memory that can be mapped, 1: unimplemented, 2: absent, 3: memory with a type and sparse areas. */
export function testRegions(): readonly RegionSlot[] {
  return [
    new Region({
      name: 'bar0',
      size: 0x2000,
      ranges: [{ kind: 'memory', offset: 0, memory: new DeviceMemory(0x2000), mmap: true }],
    }),
    undefined,
    absent,
    new Region({
      name: 'special',
      size: 0x4000,
      type: { type: 0x8000_1b36, subtype: 7 },
      ranges: [
        { kind: 'memory', offset: 0x1000, memory: new DeviceMemory(0x1000), mmap: true },
        { kind: 'memory', offset: 0x3000, memory: new DeviceMemory(0x1000), mmap: true },
      ],
    }),
  ];
}

/** A model with the regions and irqs above, except for what is given. */
export function testModel(parts: Partial<DeviceModel> = {}): DeviceModel {
  return { deviceApi: 'vfio-pci', regions: testRegions(), irqs: testIrqs, ...parts };
}

export function makeEndpoint(
  parts: Partial<DeviceModel> = {},
  services: Pick<EndpointServices, 'mapLimit' | 'iommu' | 'schema'> = {},
): Bench {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const endpoint = new Endpoint({ clock, logger, handlerDeadlineMs: DEADLINE_MS, ...services });
  endpoint.attach(testModel(parts));
  let closed = 0;
  const clients: DeviceClient[] = [];
  const open = async (): Promise<DeviceClient> => {
    await endpoint.open();
    const client = new DeviceClient(endpoint, () => {
      closed += 1;
    });
    clients.push(client);
    return client;
  };
  const dispose = async (): Promise<void> => {
    const closing = Promise.all(clients.map((client) => client.close()));
    await microtasks();
    clock.advance(DEADLINE_MS);
    await closing;
  };
  return { endpoint, clock, logger, open, closed: () => closed, [Symbol.asyncDispose]: dispose };
}

/** A promise that the test settles by hand. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
