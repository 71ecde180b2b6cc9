import { ManualClock } from '@mdevkit/core';
import { UnixStream } from '@mdevkit/linux';
import { Incoming, Outgoing } from '../wire/index.js';
import { DmaMessenger, type DmaMessengerOptions } from './dma-messenger.js';
import { LimitedLog } from './limited-log.js';
import { RawClient, type RawMessage } from './raw-client.test-support.js';
import { recordingLogger, type LogLine } from './server-bench.test-support.js';

/** A messenger, and the client that it asks. */
export interface MessengerBench extends Disposable {
  readonly messenger: DmaMessenger;
  readonly client: RawClient;
  readonly clock: ManualClock;
  readonly lines: readonly LogLine[];
  /** The messenger takes the replies that have come. */
  pump(): void;
  /** What waits for the socket is sent. */
  flush(): void;
  /** The client answers a request with this payload. */
  answer(request: RawMessage, payload: Uint8Array): void;
}

export function openMessenger(options: Partial<DmaMessengerOptions> = {}): MessengerBench {
  const [ours, theirs] = UnixStream.pair();
  const incoming = new Incoming(ours, { maxMessage: 1 << 20, maxDescriptors: 0 });
  const outgoing = Outgoing.on(ours, { maxPayload: 1 << 20, maxQueued: 1 << 20 });
  const clock = new ManualClock();
  const lines: LogLine[] = [];
  const logger = recordingLogger(lines);
  const messenger = new DmaMessenger({
    outgoing,
    maxTransfer: 16,
    maxInFlight: 3,
    deadlineMs: 1000,
    blockMs: 1000,
    usable: true,
    clock,
    logger,
    log: new LimitedLog(logger, clock),
    twin: undefined,
    onQueued: () => undefined,
    canBlock: false,
    ...options,
  });
  const client = new RawClient(theirs);
  return {
    messenger,
    client,
    clock,
    lines,
    pump: () => {
      while (incoming.next()) {
        messenger.take(incoming);
      }
    },
    flush: () => outgoing.flush(),
    answer: ({ id, command }, payload) => {
      client.send(command, payload, { id, flags: 1 });
    },
    [Symbol.dispose]: () => {
      messenger.close();
      incoming[Symbol.dispose]();
      outgoing[Symbol.dispose]();
      ours[Symbol.dispose]();
      client[Symbol.dispose]();
    },
  };
}

/** `done`, or the errno and the reason, once it settles. */
export function outcome(promise: Promise<void>): { now: string } {
  const seen = { now: 'waits' };
  promise.then(
    () => (seen.now = 'done'),
    (error: unknown) => (seen.now = (/^\w+ [\w.-]+/.exec((error as Error).message) ?? ['?'])[0]),
  );
  return seen;
}

/** Bytes that count upwards. */
export function sequence(length: number, first = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => first + index);
}
