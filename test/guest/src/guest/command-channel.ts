import { StringDecoder } from 'node:string_decoder';
import { type Duplex } from 'node:stream';
import { withDeadline } from '../support/index.js';
import { ReplyReader, requestLine, type CommandResult, type Reply } from './markers.js';

interface Waiter {
  readonly accepts: (reply: Reply) => boolean;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** The host's end of the command channel (`markers.ts`): one command after the other. */
export class CommandChannel {
  readonly #stream: Duplex;
  readonly #reader = new ReplyReader();
  readonly #waiters = new Set<Waiter>();
  #nextId = 1;
  #closed = false;
  /** The last command: the next one is sent when it has ended. */
  #last: Promise<unknown>;

  constructor(stream: Duplex) {
    this.#stream = stream;
    const decoder = new StringDecoder('utf8');
    stream.on('data', (piece: Buffer) => {
      this.#reader.feed(decoder.write(piece)).forEach((reply) => this.#tell(reply));
    });
    stream.on('end', () => this.#close());
    stream.on('close', () => this.#close());
    this.#last = Promise.resolve();
  }

  /** Whether the guest is gone. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Waits until the guest takes commands. */
  async ready(limitMs: number): Promise<void> {
    await this.#reply(({ kind }) => kind === 'ready', limitMs, 'the guest is not ready');
  }

  /** Runs a script in the guest's `sh`. */
  async run(command: string, limitMs: number): Promise<CommandResult> {
    const before = this.#last;
    const result = before.then(() => this.#run(command, limitMs));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Sends a command whose end nobody hears, such as one that switches the guest off. */
  send(command: string): void {
    this.#stream.write(requestLine(this.#nextId++, command));
  }

  async #run(command: string, limitMs: number): Promise<CommandResult> {
    const id = this.#nextId++;
    const ends = (reply: Reply): boolean => reply.kind === 'result' && reply.id === id;
    const reply = this.#reply(ends, limitMs, `${command} has not ended`);
    this.#stream.write(requestLine(id, command));
    const { result } = (await reply) as Extract<Reply, { kind: 'result' }>;
    return result;
  }

  async #reply(accepts: Waiter['accepts'], limitMs: number, late: string): Promise<Reply> {
    let waiter: Waiter | undefined;
    const reply = new Promise<Reply>((resolve, reject) => {
      waiter = { accepts, resolve, reject };
      this.#waiters.add(waiter);
      if (this.#closed) {
        this.#close();
      }
    });
    try {
      return await withDeadline(
        reply,
        limitMs,
        () => new Error(`${late} after ${limitMs} ms: ${this.#reader.pending}`),
      );
    } finally {
      if (waiter !== undefined) {
        this.#waiters.delete(waiter);
      }
    }
  }

  #tell(reply: Reply): void {
    for (const waiter of this.#waiters) {
      if (waiter.accepts(reply)) {
        waiter.resolve(reply);
      }
    }
  }

  #close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiters) {
      reject(new Error(`the guest is gone: ${this.#reader.pending}`));
    }
  }
}
