import type { Clock, MdevError } from '@mdevkit/core';
import { failure } from '../../errors/index.js';
import { Fifo, type ContextMemory } from '../memory/index.js';
import { resetContext, type HostWindow } from '../setup/index.js';
import type { Command } from './command.js';
import { CommandRoom } from './command-room.js';
import { DeadlineWatch } from './deadline-watch.js';
import { Delays } from './delays.js';
import { Doorbell } from './doorbell.js';
import { lossOf } from './loss.js';
import { responseError, verdictOf } from './outcome/index.js';
import { Places } from './places.js';
import { requestTimeout } from './request-timeout.js';
import { RequestWriter } from './request-writer.js';
import { ResponseQueue } from './response-queue.js';
import { loadData, storeData } from './transfer-data.js';

/** How often a command is issued again at the most. Source: open-power/capiflash, CAPI_CMD_MAX_RETRIES. */
export const MAX_RETRIES = 3;
/** Milliseconds before a command is issued again to a disk that was busy, or that may still work on it. */
export const BUSY_DELAY_MS = 100;
/** How often, and after how many ms, a device without commands is asked for room again. */
export const ROOM_ATTEMPTS = 10;
export const ROOM_DELAY_MS = 1;
/** How much longer than the device itself the host waits for a command. */
export const DEADLINE_FACTOR = 2;

export interface EngineOptions {
  readonly window: HostWindow;
  readonly memory: ContextMemory;
  readonly clock: Clock;
  /** `ctx_id` of requests. */
  readonly contextNumber: number;
  /** What the device gives a command, 1 .. {@link MAX_TIMEOUT_MS}. */
  readonly timeoutMs: number;
  /** The context is of no use any more; the engine has failed everything already. */
  readonly onLost: (error: MdevError) => void;
}

/**
 * Issues the commands of a context and takes their responses, as many at a time as there are slots, room in the device and
 * memory for data; the others wait in the order of their arrival. Every command ends: by its response, by its time, or with
 * the context.
 *
 * Source: drivers/scsi/cxlflash/main.c, send_cmd_ioarrin, process_hrrq; open-power/capiflash src/block/cflash_block_sisl.c.
 */
export class CommandEngine {
  readonly #window: HostWindow;
  readonly #memory: ContextMemory;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #onLost: (error: MdevError) => void;
  readonly #requests: RequestWriter;
  readonly #responses: ResponseQueue;
  readonly #room: CommandRoom;
  readonly #delays: Delays;
  readonly #watch: DeadlineWatch;
  readonly #doorbell: Doorbell;
  readonly #places: Places;
  readonly #waiting = new Fifo<Command>();
  /** Commands that have a slot and are issued again. */
  readonly #again = new Fifo<Command>();
  /** By slot, the oldest first. */
  readonly #issued = new Map<number, Command>();
  /** Commands that have a slot and wait for a moment, or for a look at the disk. */
  readonly #parked = new Set<Command>();
  readonly #deviceFailed = (error: unknown): void => {
    this.lose(lossOf(error));
  };
  /** The device is being asked for room, or will be in a moment: nobody else asks meanwhile. */
  #asking = false;
  #resetting = false;
  #vainAttempts = 0;
  #retries = 0;
  #failure: MdevError | undefined;

  constructor(options: EngineOptions) {
    const { memory, window, clock } = options;
    const timeout = requestTimeout(options.timeoutMs);
    this.#window = window;
    this.#memory = memory;
    this.#clock = clock;
    this.#deadlineMs = timeout.milliseconds * DEADLINE_FACTOR;
    this.#onLost = options.onLost;
    this.#requests = new RequestWriter(memory, options.contextNumber, timeout);
    this.#responses = new ResponseQueue(memory);
    this.#room = new CommandRoom(window);
    this.#delays = new Delays(clock);
    this.#doorbell = new Doorbell(window, memory, this.#deviceFailed);
    this.#places = new Places(memory);
    this.#watch = new DeadlineWatch({
      clock,
      oldest: () => (this.#resetting ? undefined : this.#oldest()?.place.deadline),
      look: () => {
        this.drain();
      },
      late: () => {
        void this.#reset();
      },
    });
  }

  /** Commands that were issued again. */
  get retries(): number {
    return this.#retries;
  }

  /** Takes a command; its `settle` tells what became of it, maybe at once. Its data fit in the memory of the context. */
  submit(command: Command): void {
    if (this.#failure !== undefined) {
      command.settle(this.#failure);
      return;
    }
    this.#waiting.push(command);
    this.#pump();
  }

  /** The device has put something into the response queue. */
  drain(): void {
    if (this.#failure !== undefined) {
      return;
    }
    for (let at = this.#responses.next(); at !== -1; at = this.#responses.next()) {
      const slot = this.#memory.slotOf(at);
      const command = this.#issued.get(slot);
      if (command === undefined) {
        this.lose(failure('cxlflash.protocol', { address: at }));
        return;
      }
      this.#issued.delete(slot);
      this.#answered(command);
    }
    this.#pump();
  }

  /** Ends everything with an error, now and from now on. Nothing that the device may still write to is used again. */
  fail(error: MdevError): void {
    if (this.#failure !== undefined) {
      return;
    }
    this.#failure = error;
    this.#watch[Symbol.dispose]();
    this.#delays[Symbol.dispose]();
    const commands = [...this.#issued.values(), ...this.#parked];
    commands.push(...this.#again.takeAll(), ...this.#waiting.takeAll());
    this.#issued.clear();
    this.#parked.clear();
    for (const command of commands) {
      command.settle(error);
    }
  }

  /** As {@link fail}, and tells the context. */
  lose(error: MdevError): void {
    if (this.#failure === undefined) {
      this.fail(error);
      this.#onLost(error);
    }
  }

  #pump(): void {
    if (this.#asking || this.#resetting) {
      return;
    }
    while (this.#failure === undefined && this.#hasNext()) {
      if (!this.#room.take()) {
        void this.#ask();
        return;
      }
      this.#issueNext();
    }
  }

  /** Whether a command can be issued if the device has room; gives the first that waits its place. */
  #hasNext(): boolean {
    if (this.#again.size > 0) {
      return true;
    }
    const command = this.#waiting.peek();
    if (command === undefined) {
      return false;
    }
    return this.#places.take(command.place, command.length);
  }

  #issueNext(): void {
    const command = this.#again.shift() ?? this.#waiting.shift();
    if (command === undefined) {
      return;
    }
    const { place } = command;
    const error = loadData(this.#memory, command);
    if (error !== undefined) {
      this.#end(command, error);
      return;
    }
    this.#requests.write(command);
    place.deadline = this.#clock.now() + this.#deadlineMs;
    this.#issued.set(place.slot, command);
    this.#watch.start(this.#deadlineMs);
    this.#doorbell.ring(place.slot);
  }

  #oldest(): Command | undefined {
    return this.#issued.values().next().value;
  }

  #answered(command: Command): void {
    const at = this.#memory.responseAt(command.place.slot);
    const verdict = verdictOf(this.#memory.view, at);
    if (verdict.kind === 'good') {
      this.#end(command, storeData(this.#memory, command));
    } else if (verdict.kind === 'fail' || command.place.retries === MAX_RETRIES) {
      this.#end(command, responseError(verdict.reason, this.#memory.view, at));
    } else if (verdict.kind === 'retry') {
      this.#reissue(command);
    } else if (verdict.kind === 'delay') {
      this.#parked.add(command);
      this.#delays.after(BUSY_DELAY_MS, () => {
        this.#unpark(command);
      });
    } else {
      void this.#verify(command, responseError(verdict.reason, this.#memory.view, at));
    }
  }

  async #verify(command: Command, error: MdevError): Promise<void> {
    this.#parked.add(command);
    try {
      await command.verify();
      this.#unpark(command);
    } catch {
      // Whatever was wrong with the look: the caller is told what was wrong with the command.
      if (this.#parked.delete(command)) {
        this.#end(command, error);
        this.#pump();
      }
    }
  }

  /** Not if everything has ended meanwhile. */
  #unpark(command: Command): void {
    if (this.#parked.delete(command)) {
      this.#reissue(command);
      this.#pump();
    }
  }

  #reissue(command: Command): void {
    command.place.retries += 1;
    this.#retries += 1;
    this.#again.push(command);
  }

  #end(command: Command, error: MdevError | undefined): void {
    this.#places.give(command.place, command.length);
    command.settle(error);
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    let hasRoom = false;
    try {
      hasRoom = await this.#room.ask();
    } catch (error) {
      this.#deviceFailed(error);
    }
    if (!hasRoom && this.#issued.size === 0 && this.#failure === undefined) {
      this.#askLater();
      return;
    }
    // With commands under way the next response asks again.
    this.#asking = false;
    if (hasRoom) {
      this.#vainAttempts = 0;
      this.#pump();
    }
  }

  #askLater(): void {
    this.#vainAttempts += 1;
    if (this.#vainAttempts <= ROOM_ATTEMPTS) {
      this.#delays.after(ROOM_DELAY_MS, () => {
        this.#asking = false;
        this.#pump();
      });
      return;
    }
    this.#asking = false;
    this.#vainAttempts = 0;
    const commands = [...this.#again.takeAll(), ...this.#waiting.takeAll()];
    for (const command of commands) {
      this.#end(command, failure('cxlflash.no-room'));
    }
  }

  /** A command is late: only a reset makes sure that the device leaves its memory alone. */
  async #reset(): Promise<void> {
    this.#resetting = true;
    try {
      if (!(await resetContext(this.#window, (ms) => this.#delays.wait(ms)))) {
        throw failure('cxlflash.context-lost', { register: 'ioarrin' });
      }
    } catch (error) {
      this.#deviceFailed(error);
    }
    this.#resetting = false;
    if (this.#failure !== undefined) {
      return;
    }
    this.#responses.discard();
    this.#room.forget();
    this.#dropped();
    this.#pump();
  }

  #dropped(): void {
    const now = this.#clock.now();
    const commands = [...this.#issued.values()];
    this.#issued.clear();
    for (const command of commands) {
      if (command.place.deadline <= now || command.place.retries === MAX_RETRIES) {
        this.#end(command, failure('cxlflash.timeout', { lba: command.lba }));
      } else {
        this.#reissue(command);
      }
    }
  }
}
