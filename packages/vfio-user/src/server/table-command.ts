import { isThenable } from '@mdevkit/core';
import { failure } from '../errors/index.js';
import { commandOf } from '../protocol/index.js';
import type { Outgoing } from '../wire/index.js';
import { HELD, type Answer, type CommandBytes, type HeldCommand } from './answer.js';
import { CommandRequest } from './command-request.js';
import type { CommandTable, Reply, SessionContext } from './context.js';

/** Commands that are not on the hot path: each is carried out by its handler of the table. */
export class TableCommands {
  /** After an answer of {@link HELD}. */
  held: HeldCommand | undefined;
  readonly #context: SessionContext;
  readonly #table: CommandTable;
  readonly #outgoing: Outgoing;
  readonly #answer: Answer;

  constructor(context: SessionContext, table: CommandTable, outgoing: Outgoing, answer: Answer) {
    this.#context = context;
    this.#table = table;
    this.#outgoing = outgoing;
    this.#answer = answer;
  }

  /** Answers 0, an errno, or HELD. Throws what the handler throws. */
  run(from: CommandBytes, command: number, at: number, length: number): number {
    const handler = this.#table.handlers.get(command);
    const row = commandOf(command);
    if (row?.direction !== 'client-to-server' || handler === undefined) {
      throw failure('vfio-user.unknown-command', { command });
    }
    if (length < row.smallestRequest) {
      throw failure('vfio-user.short-command', { command: row.name, length });
    }
    const payload = from.bytes.slice(at, at + length);
    const request = new CommandRequest(command, payload, from.takeDescriptors());
    let answer: Reply | undefined | Promise<Reply | undefined>;
    try {
      answer = handler(this.#context, request);
    } catch (error) {
      request[Symbol.dispose]();
      throw error;
    }
    if (isThenable(answer)) {
      this.held = this.#hold(answer, request);
      return HELD;
    }
    request[Symbol.dispose]();
    return this.#fill(answer);
  }

  #hold(answer: Promise<Reply | undefined>, request: CommandRequest): HeldCommand {
    const close = (): void => {
      request[Symbol.dispose]();
    };
    return {
      promise: answer.then((reply) => () => this.#fill(reply)),
      release: close,
      forfeit: close,
      // A handler that goes on finds no descriptors: what the client was told has failed must not happen later.
      abandon: close,
    };
  }

  #fill(reply: Reply | undefined): number {
    const payload = reply?.payload;
    this.#answer.length = payload?.length ?? 0;
    this.#answer.descriptors = reply?.descriptors;
    if (payload === undefined) {
      return 0;
    }
    const { maxPayload } = this.#outgoing;
    if (payload.length > maxPayload) {
      throw failure('vfio-user.reply-too-large', { length: payload.length, limit: maxPayload });
    }
    this.#outgoing.bytes.set(payload);
    return 0;
  }
}
