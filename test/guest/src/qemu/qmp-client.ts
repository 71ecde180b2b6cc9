import { type Duplex } from 'node:stream';
import { LineSplitter, withDeadline } from '../support/index.js';
import { type Json, type JsonObject } from './json.js';
import { QmpError } from './qmp-error.js';
import { parseQmp, type QmpEvent, type QmpMessage } from './qmp-message.js';

interface Pending {
  readonly command: string;
  readonly resolve: (value: Json) => void;
  readonly reject: (error: Error) => void;
}

interface EventWaiter {
  readonly accepts: (event: QmpEvent) => boolean;
  readonly resolve: (event: QmpEvent) => void;
  readonly reject: (error: Error) => void;
}

const LIMIT_MS = 30_000;

/** The client of a QEMU monitor (QEMU docs/interop/qmp-spec.rst). */
export class QmpClient {
  readonly #stream: Duplex;
  readonly #pending = new Map<number, Pending>();
  readonly #waiters = new Set<EventWaiter>();
  readonly #events: QmpEvent[] = [];
  #greeted: (() => void) | undefined;
  #ungreeted: ((error: Error) => void) | undefined;
  #nextId = 1;
  #closed: Error | undefined;

  private constructor(stream: Duplex) {
    this.#stream = stream;
    const lines = new LineSplitter();
    stream.on('data', (piece: Buffer) => {
      lines.feed(piece).forEach((line) => this.#receive(line));
    });
    // An error is always followed by 'close'.
    stream.on('error', () => undefined);
    stream.on('end', () => this.#close(closed()));
    stream.on('close', () => this.#close(closed()));
  }

  /** Waits for QEMU's greeting and turns the monitor on. */
  static async connect(stream: Duplex, limitMs = LIMIT_MS): Promise<QmpClient> {
    const client = new QmpClient(stream);
    const greeting = new Promise<void>((resolve, reject) => {
      client.#greeted = resolve;
      client.#ungreeted = reject;
    });
    await withDeadline(greeting, limitMs, () => new Error('no greeting of QMP'));
    await client.execute('qmp_capabilities', {}, limitMs);
    return client;
  }

  /** All events so far. */
  get events(): readonly QmpEvent[] {
    return this.#events;
  }

  /**
   * Runs a command and gives what it returns.
   *
   * @throws QmpError if QEMU refuses it; Error if the monitor closes or no answer comes in time
   */
  async execute(command: string, parameters: JsonObject = {}, limitMs = LIMIT_MS): Promise<Json> {
    const id = this.#nextId++;
    const answer = new Promise<Json>((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      this.#pending.set(id, { command, resolve, reject });
      this.#stream.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`);
    });
    try {
      return await withDeadline(answer, limitMs, () => new Error(`no answer to ${command}`));
    } finally {
      this.#pending.delete(id);
    }
  }

  /**
   * The next event of this name. Only those count that come after the call: call it before the command
   * that causes the event, and await it afterwards.
   */
  nextEvent(
    name: string,
    accepts: (data: JsonObject) => boolean = () => true,
    limitMs = LIMIT_MS,
  ): Promise<QmpEvent> {
    let waiter: EventWaiter | undefined;
    const event = new Promise<QmpEvent>((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      waiter = {
        accepts: (candidate) => candidate.event === name && accepts(candidate.data),
        resolve,
        reject,
      };
      this.#waiters.add(waiter);
    });
    const inTime = withDeadline(event, limitMs, () => new Error(`no event ${name}`)).finally(() => {
      if (waiter !== undefined) {
        this.#waiters.delete(waiter);
      }
    });
    // If the command that should cause the event fails, nobody awaits it.
    inTime.catch(() => undefined);
    return inTime;
  }

  #receive(line: string): void {
    let message: QmpMessage;
    try {
      message = parseQmp(line);
    } catch (error) {
      this.#stream.destroy();
      this.#close(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    switch (message.kind) {
      case 'greeting':
        this.#greeted?.();
        break;
      case 'event':
        this.#tell(message.event);
        break;
      case 'return':
        this.#pending.get(Number(message.id))?.resolve(message.value);
        break;
      case 'error': {
        const { id, qmpClass, description } = message;
        const pending = this.#pending.get(Number(id));
        pending?.reject(new QmpError(pending.command, qmpClass, description));
        break;
      }
    }
  }

  #tell(event: QmpEvent): void {
    this.#events.push(event);
    for (const waiter of this.#waiters) {
      if (waiter.accepts(event)) {
        this.#waiters.delete(waiter);
        waiter.resolve(event);
      }
    }
  }

  #close(error: Error): void {
    this.#closed ??= error;
    this.#ungreeted?.(this.#closed);
    for (const { reject } of [...this.#pending.values(), ...this.#waiters]) {
      reject(this.#closed);
    }
  }
}

function closed(): Error {
  return new Error('QEMU closed its monitor');
}
