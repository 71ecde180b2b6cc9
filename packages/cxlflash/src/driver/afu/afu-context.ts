import type { Iova } from '@mdevkit/core';
import {
  SISL_CTX_CTRL_LISN_MASK,
  SISL_FC_RC_ABORTPEND,
  SISL_ISTATUS_PERM_ERR_CMDROOM,
  SISL_ISTATUS_PERM_ERR_RCB_READ,
  SISL_ISTATUS_PERM_ERR_RRQ_WRITE,
  SISL_ISTATUS_PERM_ERR_SA_WRITE,
} from '@mdevkit/uapi';
import { REQUEST_ALIGNMENT, REQUEST_BYTES } from '../../abi/index.js';
import type { Disk } from '../parent/index.js';
import { checkRequest } from './check-request.js';
import { checkTransfer, type Extent } from './check-transfer.js';
import { CommandQueue } from './command-queue.js';
import type { Command } from './command.js';
import { findPath, type DiskPath } from './disk-path.js';
import { DiskPlaces } from './disk-places.js';
import { InterruptStatus } from './interrupt-status.js';
import { iovaAt, isAligned, writeIova } from './iova-range.js';
import { encodeOutcome, type Outcome } from './outcome.js';
import { decodeRequest, type Request } from './request.js';
import { ResponseQueue } from './response-queue.js';
import type { AfuServices, ContextServices } from './services.js';
import { timeoutOf } from './timeout.js';
import { transfer } from './transfer.js';

/**
 * `working`; `halted` after an error that nothing remedies but the end of the context: registers still answer, commands are
 * ignored; `failed`: nothing answers; `ended`: the context is gone.
 */
export type AfuState = 'working' | 'halted' | 'failed' | 'ended';

/**
 * What the AFU does for one context: fetches requests, does them, writes responses, interrupts. An error of a context is an
 * error of that context alone.
 *
 * Source: drivers/scsi/cxlflash/sislite.h; drivers/scsi/cxlflash/main.c, send_cmd_ioarrin, context_reset.
 */
export class AfuContext {
  readonly responses = new ResponseQueue();
  readonly interrupts: InterruptStatus;
  /** Of everything in memory but CDBs. */
  littleEndian = true;
  /** `ctx_ctrl`: the line that `intr_status` raises. */
  lisn = 0;
  readonly #shared: AfuServices;
  readonly #own: ContextServices;
  readonly #commands: CommandQueue;
  /** Of each disk that a command has used. */
  readonly #places = new Map<Disk, DiskPlaces>();
  #state: AfuState = 'working';
  #isResetting = false;

  constructor(shared: AfuServices, own: ContextServices) {
    this.#shared = shared;
    this.#own = own;
    this.interrupts = new InterruptStatus(() => {
      own.interrupt(this.lisn & Number(SISL_CTX_CTRL_LISN_MASK));
    });
    this.#commands = new CommandQueue(async (command) => {
      try {
        await this.#run(command);
      } catch (error) {
        // Not even a timer could be had: the context cannot go on, and nobody else is touched.
        shared.logger.error('a command failed', { error });
        this.#halt(SISL_ISTATUS_PERM_ERR_RCB_READ);
      }
    });
  }

  get state(): AfuState {
    return this.#state;
  }

  /** Whether registers answer. */
  get answers(): boolean {
    return this.#state === 'working' || this.#state === 'halted';
  }

  get room(): number {
    return this.#commands.room;
  }

  /** A context reset has not come to its end. */
  get isResetting(): boolean {
    return this.#isResetting;
  }

  /** Takes a request, unless the context is beyond that. */
  submit(address: Iova): void {
    if (this.#state !== 'working' || this.#isResetting) {
      return;
    }
    if (!this.#commands.submit(address)) {
      this.#halt(SISL_ISTATUS_PERM_ERR_CMDROOM);
    }
  }

  /** Abandons all commands. The response queue goes on where it was. */
  resetCommands(): void {
    if (this.#state !== 'working' || this.#isResetting) {
      return;
    }
    this.#isResetting = true;
    this.#commands.abandon();
    void this.#commands.whenQuiet().then(() => {
      this.#isResetting = false;
      if (this.#state === 'working') {
        this.#commands.restore();
      }
    });
  }

  /** The context answers nobody any more, until it is given back. */
  fail(): void {
    if (this.answers) {
      this.#state = 'failed';
      this.#commands.abandon();
    }
  }

  end(): void {
    this.#state = 'ended';
    this.#commands.abandon();
  }

  whenQuiet(): Promise<void> {
    return this.#commands.whenQuiet();
  }

  whenUnused(handle: number): Promise<void> {
    return this.#commands.whenUnused(handle);
  }

  /** Nobody knows which command it was, or there is no way to tell: the context cannot go on. */
  #halt(status: bigint): void {
    if (this.#state === 'working') {
      this.#state = 'halted';
      this.#commands.abandon();
      this.interrupts.set(Number(status));
    }
  }

  async #run(command: Command): Promise<void> {
    const { address, buffers } = command;
    const begun = this.#shared.clock.now();
    const isFetched =
      isAligned(address, REQUEST_ALIGNMENT) &&
      (await this.#own.dma.fetch(address, buffers.request));
    if (!this.#goesOn(command, isFetched, SISL_ISTATUS_PERM_ERR_RCB_READ)) {
      return;
    }
    const request = decodeRequest(buffers.requestView, this.littleEndian);
    await this.#execute(command, request, begun);
  }

  /** Does a command, and answers it at the latest when its time is over, which runs from its submission. */
  async #execute(command: Command, request: Request, begun: number): Promise<void> {
    const { clock, commandTimeoutMs } = this.#shared;
    const end = begun + timeoutOf(request, commandTimeoutMs);
    let late: Promise<void> | undefined;
    command.deadline = clock.schedule(Math.max(0, end - clock.now()), () => {
      if (command.expire()) {
        late = this.#abort(command, request.interrupt);
      }
    });
    const outcome = await this.#perform(command, request);
    command.deadline[Symbol.dispose]();
    if (command.isActive && outcome !== undefined) {
      await this.#respond(command, request.interrupt, outcome);
    }
    if (late !== undefined) {
      await late;
      // It was answered before, but had something under way until now.
      if (command.isAlive) {
        this.#commands.answered();
      }
    }
  }

  async #perform(command: Command, request: Request): Promise<Outcome | undefined> {
    const { control, number } = this.#own;
    const wish = checkRequest(request, { number, capabilities: control.capabilities });
    if (!('isWrite' in wish)) {
      return wish;
    }
    command.handle = request.handle;
    const findWay = (): DiskPath | Outcome => this.#path(request.handle, wish.permission);
    const path = findWay();
    if (!('disk' in path)) {
      return path;
    }
    const extent = checkTransfer(request, path.disk);
    const outcome =
      'bytes' in extent
        ? await this.#transfer(command, wish.isWrite, extent, path.disk, findWay)
        : extent;
    return outcome && { port: path.port, ...outcome };
  }

  /** As soon as the disk has a place for it. Undefined if the command was over before its end. */
  async #transfer(
    command: Command,
    isWrite: boolean,
    extent: Extent,
    disk: Disk,
    path: () => DiskPath | Outcome,
  ): Promise<Outcome | undefined> {
    const places = this.#placesAt(disk);
    const buffer = await places.take(command);
    if (buffer === undefined) {
      return undefined;
    }
    const outcome = await transfer(command, isWrite, extent, {
      dma: this.#own.dma,
      buffer,
      path,
      storeFailed: (error) => {
        // A disk that is broken is not told of with every command.
        if (disk.storeFailed()) {
          this.#shared.logger.warn('a backing store failed', { disk: disk.index, error });
        }
      },
    });
    places.giveBack(buffer);
    return outcome;
  }

  #placesAt(disk: Disk): DiskPlaces {
    const known = this.#places.get(disk);
    if (known !== undefined) {
      return known;
    }
    const places = new DiskPlaces();
    this.#places.set(disk, places);
    return places;
  }

  #path(handle: number, permission: number): DiskPath | Outcome {
    const resource = this.#shared.lookup.find(this.#own.control, handle, permission);
    return 'lunId' in resource ? findPath(this.#shared.parent, resource) : resource;
  }

  /**
   * Answers a command whose time is over. A client that is told uses its memory for something else, so that data which are
   * on their way there, maybe in many messages, come first.
   */
  async #abort(command: Command, interrupt: number): Promise<void> {
    await command.storing;
    if (command.isAlive) {
      await this.#respond(command, interrupt, { fcRc: SISL_FC_RC_ABORTPEND });
    }
  }

  /** The response behind the request, then the entry that points there, then the interrupt. */
  async #respond(command: Command, interrupt: number, outcome: Outcome): Promise<void> {
    const { dma } = this.#own;
    const { address, buffers } = command;
    encodeOutcome(outcome, buffers.responseView, this.littleEndian);
    const isWritten = await dma.store(iovaAt(address, REQUEST_BYTES), buffers.response);
    if (!this.#goesOn(command, isWritten, SISL_ISTATUS_PERM_ERR_SA_WRITE)) {
      return;
    }
    const place = this.responses.next();
    if (place !== undefined) {
      // Bit 0 of an address that is a multiple of 16 is free.
      writeIova(buffers.entryView, 0, iovaAt(address, place.toggle), this.littleEndian);
    }
    const isTold = place !== undefined && (await dma.store(place.iova, buffers.entry));
    if (this.#goesOn(command, isTold, SISL_ISTATUS_PERM_ERR_RRQ_WRITE)) {
      if (!command.isExpired) {
        this.#commands.answered();
      }
      this.#own.interrupt(interrupt);
    }
  }

  /** Whether a command goes on after an access that its context cannot do without. */
  #goesOn(command: Command, isDone: boolean, status: bigint): boolean {
    if (command.isAlive && !isDone) {
      this.#halt(status);
    }
    return command.isAlive;
  }
}
