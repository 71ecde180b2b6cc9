import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import {
  Endpoint,
  ManualClock,
  MdevError,
  type DeviceModel,
  type LogFields,
  type Logger,
} from '@mdevkit/core';
import { NativeBuffer, SharedMemory, UnixStream } from '@mdevkit/linux';
import {
  DEFAULT_CAPABILITIES,
  serverLimits,
  type Capabilities,
  type ServerLimits,
} from '../../protocol/index.js';
import type { SessionContext } from '../context.js';
import type { DmaMessenger } from '../dma-messenger.js';
import { OwnedDescriptors } from '../owned-descriptors.js';
import { testIrqs, testRegions, type Rings } from './device.test-support.js';
import { FakeDma } from './fake-dma.test-support.js';
import { commandTable, type CommandTableOptions } from './index.js';

export { IRQ, REGION } from './device.test-support.js';
export { FakeDma } from './fake-dma.test-support.js';

export const DEADLINE_MS = 1000;

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** Copies descriptors as a message does. */
export class Courier implements Disposable {
  readonly #ends = UnixStream.pair();
  readonly #buffer = NativeBuffer.allocate(16);

  copy(fds: readonly number[]): number[] {
    if (fds.length === 0) {
      return [];
    }
    this.#ends[0].send(this.#buffer, 0, 1, fds);
    this.#ends[1].receive(this.#buffer, 8, 8);
    return this.#ends[1].takeDescriptors();
  }

  [Symbol.dispose](): void {
    this.#ends.forEach((end) => {
      end[Symbol.dispose]();
    });
    this.#buffer[Symbol.dispose]();
  }
}

export interface BenchOptions {
  readonly model?: Partial<DeviceModel>;
  readonly capabilities?: Partial<Capabilities>;
  readonly memory?: 'safe' | 'trusted';
  readonly table?: CommandTableOptions;
  readonly limits?: Partial<ServerLimits>;
  /** A driver's own limit, as the endpoint has it. */
  readonly mapLimit?: number;
}

export interface Answer {
  readonly payload: Uint8Array;
  readonly descriptors: readonly number[];
}

/** The commands of one session over a real endpoint: everything but the socket. */
export interface SessionBench extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly session: SessionContext;
  readonly clock: ManualClock;
  readonly dma: FakeDma;
  readonly lines: readonly LogLine[];
  readonly rings: Rings;
  readonly shared: SharedMemory;
  /** Carries a command out with copies of `fds`. */
  ask(command: number, payload?: Uint8Array, fds?: readonly number[]): Promise<Answer>;
  /** `ok`, or the errno and the reason. */
  outcome(command: number, payload?: Uint8Array, fds?: readonly number[]): Promise<string>;
  /** The client goes away, as the session does it; the endpoint stays open. */
  disconnect(): Promise<void>;
}

export async function openSession(options: BenchOptions = {}): Promise<SessionBench> {
  const clock = new ManualClock();
  const lines: LogLine[] = [];
  const rings: Rings = [];
  const logger = recordingLogger(lines);
  const shared = SharedMemory.create(0x8000);
  const { mapLimit } = options;
  const endpoint = new Endpoint({
    clock,
    logger,
    handlerDeadlineMs: DEADLINE_MS,
    ...(mapLimit === undefined ? {} : { mapLimit }),
  });
  endpoint.attach({
    deviceApi: 'vfio-pci',
    regions: testRegions(shared, rings),
    irqs: testIrqs,
    ...options.model,
  });
  await endpoint.open();
  const dma = new FakeDma();
  const table = commandTable(options.table);
  const services = {
    endpoint,
    client: {
      capabilities: { ...DEFAULT_CAPABILITIES, maxMsgFds: 8, ...options.capabilities },
      quirks: { blindTo: new Set<number>(), sendsDma: true, largestDma: Number.POSITIVE_INFINITY },
      kind: 'unknown',
    },
    limits: serverLimits(options.limits),
    logger,
    // The commands ask of it what the fake has; the class has more, which they cannot see.
    dma: dma as unknown as DmaMessenger,
    memory: options.memory ?? 'safe',
  } as const;
  const parts = table.open(services);
  const session: SessionContext = { ...services, ...parts };
  const courier = new Courier();

  const ask: SessionBench['ask'] = async (command, payload = new Uint8Array(0), fds = []) => {
    const handler = table.handlers.get(command);
    if (handler === undefined) {
      throw new Error(`no handler of command ${command}`);
    }
    using descriptors = new OwnedDescriptors(courier.copy(fds));
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const takeDescriptors = (): OwnedDescriptors => descriptors;
    const reply = await handler(session, {
      command,
      payload,
      view,
      isOver: false,
      takeDescriptors,
    });
    return {
      payload: reply?.payload ?? new Uint8Array(0),
      descriptors: reply?.descriptors ?? [],
    };
  };
  const outcome: SessionBench['outcome'] = async (command, payload, fds) => {
    try {
      await ask(command, payload, fds);
      return 'ok';
    } catch (error) {
      return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
    }
  };
  const disconnect = async (): Promise<void> => {
    await endpoint.releaseClient();
    table.close(parts);
  };
  const dispose = async (): Promise<void> => {
    table.close(parts);
    await endpoint.close();
    courier[Symbol.dispose]();
    shared[Symbol.dispose]();
  };
  return {
    endpoint,
    session,
    clock,
    dma,
    lines,
    rings,
    shared,
    ask,
    outcome,
    disconnect,
    [Symbol.asyncDispose]: dispose,
  };
}

/** How many descriptors are open. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Turns the event loop until a descriptor that is ready has brought the condition about. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition() && turns < 1000; turns++) {
    await turn();
  }
}

/** Lets everything run that is ready. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    await Promise.resolve();
  }
}

function recordingLogger(lines: LogLine[]): Logger {
  const add =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  const logger: Logger = {
    debug: add('debug'),
    info: add('info'),
    warn: add('warn'),
    error: add('error'),
    child: () => logger,
  };
  return logger;
}
