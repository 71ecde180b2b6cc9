import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  absent,
  DeviceMemory,
  Endpoint,
  ManualClock,
  Region,
  type DeviceModel,
  type IrqIndexSpec,
  type LogFields,
  type Logger,
  type RangeHandler,
} from '@mdevkit/core';
import type { ServerOptions } from './options.js';
import { RawClient } from './raw-client.test-support.js';
import { VfioUserServer } from './server.js';
import type { Step } from './step.js';

/** Regions of the device of {@link openServer}. */
export const MEMORY = 0;
export const TRAPPED = 1;
export const MEMORY_SIZE = 0x2000;
export const TRAPPED_SIZE = 64;

const irqs: readonly IrqIndexSpec[] = [
  { kind: 'message', name: 'msix', count: 4, resizable: true },
];

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** What the trapped region of a bench answers; a test changes it. */
export class Handler implements RangeHandler {
  readonly written: number[] = [];
  onRead: RangeHandler['read'] = (offset, data, at, length) => {
    for (let index = 0; index < length; index++) {
      data.setUint8(at + index, offset + index);
    }
    return length;
  };
  onWrite: RangeHandler['write'] = (_offset, data, at, length) => {
    for (let index = 0; index < length; index++) {
      this.written.push(data.getUint8(at + index));
    }
    return length;
  };

  read(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    return this.onRead(offset, data, at, length);
  }

  write(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    return this.onWrite(offset, data, at, length);
  }
}

/** A server in stepping mode over a device with one memory and one trapped region. */
export interface ServerBench extends AsyncDisposable {
  readonly server: VfioUserServer;
  readonly endpoint: Endpoint;
  readonly clock: ManualClock;
  readonly handler: Handler;
  readonly memory: DeviceMemory;
  readonly lines: readonly LogLine[];
  readonly path: string;
  /** Carries one command out. */
  readonly pump: () => Step;
  /** A client that the server has not accepted yet; disposed with the bench. */
  raw(): RawClient;
  /** A client that the server has accepted; disposed with the bench. */
  connect(): RawClient;
  /** The same after VERSION with these capabilities. */
  open(capabilities?: object, minor?: number): RawClient;
}

export async function openServer(
  options: Partial<ServerOptions> = {},
  parts: Partial<DeviceModel> = {},
): Promise<ServerBench> {
  const folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
  const path = join(folder, 'device.sock');
  const clock = new ManualClock();
  const lines: LogLine[] = [];
  const logger = recordingLogger(lines);
  const handler = new Handler();
  const memory = new DeviceMemory(MEMORY_SIZE);
  const endpoint = new Endpoint({ clock, logger, handlerDeadlineMs: 60_000 });
  endpoint.attach({ deviceApi: 'vfio-pci', regions: regionsOf(memory, handler), irqs, ...parts });
  await endpoint.open();
  const server = VfioUserServer.listen({ endpoint }, { path, clock, logger, ...options });
  const clients: RawClient[] = [];
  const pump = (): Step => server.processOne();
  const raw = (): RawClient => {
    const client = RawClient.connect(path);
    clients.push(client);
    return client;
  };
  const connect = (): RawClient => {
    const client = raw();
    server.acceptOne();
    return client;
  };
  return {
    server,
    endpoint,
    clock,
    handler,
    memory,
    lines,
    path,
    pump,
    raw,
    connect,
    open: (capabilities = {}, minor = 0) => {
      const client = connect();
      client.negotiate(pump, capabilities, 0, minor);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) {
        client[Symbol.dispose]();
      }
      await server.close();
      await endpoint.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function regionsOf(memory: DeviceMemory, handler: RangeHandler): DeviceModel['regions'] {
  return [
    new Region({
      name: 'memory',
      size: MEMORY_SIZE,
      ranges: [{ kind: 'memory', offset: 0, memory, mmap: false }],
    }),
    new Region({
      name: 'trapped',
      size: TRAPPED_SIZE,
      ranges: [{ kind: 'trapped', offset: 0, size: TRAPPED_SIZE, handler, split: 'none' }],
    }),
    absent,
  ];
}

export function recordingLogger(lines: LogLine[], own: LogFields = {}): Logger {
  const add =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields: { ...own, ...fields } });
    };
  return {
    debug: add('debug'),
    info: add('info'),
    warn: add('warn'),
    error: add('error'),
    child: (fields) => recordingLogger(lines, { ...own, ...fields }),
  };
}

/** Capabilities by which the server takes a client for one that cannot read errors (rust-vmm, with minor 1). */
export const rustVmm = {
  max_msg_fds: 1,
  max_data_xfer_size: 0x10_0000,
  migration: { pgsize: 4096 },
};

/** A promise that a test settles by hand. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything run that waits for nothing but promises. */
export async function microtasks(): Promise<void> {
  for (let i = 0; i < 50; i++) {
    await Promise.resolve();
  }
}

/** The next turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What `look` finds, as soon as it finds something. */
export async function eventually<T>(look: () => T | undefined): Promise<T> {
  for (let turns = 0; turns < 100_000; turns++) {
    const found = look();
    if (found !== undefined) {
      return found;
    }
    await turn();
  }
  throw new Error('it never comes');
}
