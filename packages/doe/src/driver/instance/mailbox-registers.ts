import {
  PCI_DOE_CTRL_ABORT,
  PCI_DOE_CTRL_ASYNC_EN,
  PCI_DOE_CTRL_GO,
  PCI_DOE_CTRL_INT_EN,
  PCI_DOE_STATUS_BUSY,
  PCI_DOE_STATUS_DATA_OBJECT_READY,
  PCI_DOE_STATUS_ERROR,
  PCI_DOE_STATUS_INT_STATUS,
} from '@mdevkit/uapi';
import type { DoeExchange, DoeOutcome, DoeRequester } from '../feature/index.js';
import { AbortWait } from './abort-wait.js';
import { InterruptGate } from './interrupt-gate.js';
import type { MailboxServices } from './mailbox-services.js';
import { ReceivedObject } from './received-object.js';
import { ResponseObject } from './response-object.js';

/**
 * Where an instance is. A client can write an object in `idle` and `ready`; `processing` and `aborting` show Busy; `error`
 * ends by an abort alone.
 */
export type DoeState = 'idle' | 'processing' | 'ready' | 'error' | 'aborting';

/** What Status shows of each state. */
const shown: Readonly<Record<DoeState, number>> = {
  idle: 0,
  processing: PCI_DOE_STATUS_BUSY,
  ready: PCI_DOE_STATUS_DATA_OBJECT_READY,
  error: PCI_DOE_STATUS_ERROR,
  aborting: PCI_DOE_STATUS_BUSY,
};

/**
 * The registers of one DOE Capability: takes data objects apart into words and asks the features. Whatever a client does, in
 * any order, ends in one of the states of {@link DoeState}, and an abort brings back `idle` in bounded time.
 *
 * - `idle`: words are gathered; Go takes them. An object that is not as long as its header says is thrown away in silence.
 * - `processing`: until the outcome, or the time limit.
 * - `ready`: until the last word is acknowledged. Words may be written, but a Go before the end of the response is an error.
 * - `error`: nothing but Abort and the interrupt bits has an effect.
 * - `aborting`: a feature that was asked still works; ends when it has settled, or when the abort has waited long enough.
 *
 * A word or a Go while Busy, and an object longer than what is taken, are errors. Every exchange has a generation, so that an
 * outcome that comes after an abort, an error or a reset finds nobody.
 *
 * Source: PCI Express Base Specification 6.0, sections 6.30.1, 6.30.2 and 7.9.24; own rules where it leaves the behaviour
 * undefined.
 */
export class MailboxRegisters {
  readonly at: number;
  readonly version: 1 | 2;
  readonly #services: MailboxServices;
  readonly #requester: DoeRequester = { name: 'registers', kind: 'registers' };
  readonly #interrupt: InterruptGate;
  readonly #received: ReceivedObject;
  readonly #response = new ResponseObject();
  readonly #wait: AbortWait;
  #state: DoeState = 'idle';
  #generation = 0;
  #asyncEnable = 0;
  /** What was asked last, as long as its feature may still work on it. */
  #exchange: DoeExchange | undefined;
  /** Of `processing`. */
  #limit: Disposable | undefined;

  constructor(services: MailboxServices) {
    this.at = services.at;
    this.version = services.version;
    this.#services = services;
    this.#interrupt = new InterruptGate(services.interrupt);
    this.#received = new ReceivedObject(services.limits.objectWords);
    this.#wait = new AbortWait(services.clock, services.limits.abortMs, () => {
      this.#aborted();
    });
  }

  get state(): DoeState {
    return this.#state;
  }

  readStatus(): number {
    const interrupt = this.#interrupt.status ? PCI_DOE_STATUS_INT_STATUS : 0;
    return (shown[this.#state] | interrupt) >>> 0;
  }

  /** Interrupt Status is cleared by a one; the other bits are read-only. */
  writeStatus(value: number): void {
    if ((value & PCI_DOE_STATUS_INT_STATUS) !== 0) {
      this.#interrupt.clear();
    }
  }

  /** Abort and Go read as zero. */
  readControl(): number {
    return (this.#interrupt.enabled ? PCI_DOE_CTRL_INT_EN : 0) | this.#asyncEnable;
  }

  /** Interrupt Enable counts for what the same write does. Abort wins over Go. */
  writeControl(value: number): void {
    this.#interrupt.enable((value & PCI_DOE_CTRL_INT_EN) !== 0);
    this.#asyncEnable = this.version === 1 ? 0 : value & PCI_DOE_CTRL_ASYNC_EN;
    if ((value & PCI_DOE_CTRL_ABORT) !== 0) {
      this.#abort();
    } else if ((value & PCI_DOE_CTRL_GO) !== 0) {
      this.#go();
    }
    this.#interrupt.settle();
  }

  /** Appends a word to the object that is being written. */
  writeMailbox(word: number): void {
    if (this.#state === 'error') {
      return;
    }
    const busy = this.#state === 'processing' || this.#state === 'aborting';
    if (busy || !this.#received.push(word)) {
      this.#fail();
    }
  }

  /** The word of the response that is to be acknowledged next; 0 without one. */
  readMailbox(): number {
    return this.#state === 'ready' ? this.#response.word : 0;
  }

  /** A write to the Read Data Mailbox. Data Object Ready ends with the last word's. */
  acknowledge(): void {
    if (this.#state === 'ready' && this.#response.advance()) {
      this.#response.clear();
      this.#state = 'idle';
    }
  }

  /**
   * Everything as after power-on, at once; also what the owner does last, so that nothing stays scheduled. A feature that
   * still works then holds up the next exchange, not the registers.
   */
  reset(): void {
    this.#interrupt.enable(false);
    this.#interrupt.clear();
    this.#asyncEnable = 0;
    this.#leaveTo('idle');
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.cancel();
  }

  #go(): void {
    if (this.#state === 'error') {
      return;
    }
    if (this.#state !== 'idle') {
      this.#fail();
      return;
    }
    const object = this.#received.take();
    if (object !== undefined) {
      this.#submit(object);
    }
  }

  #submit(object: Uint8Array): void {
    const { exchanges, clock, limits } = this.#services;
    this.#leaveTo('processing');
    const generation = this.#generation;
    let exchange: DoeExchange;
    try {
      exchange = exchanges.submit(this.#requester, object, (outcome) => {
        if (generation === this.#generation) {
          this.#conclude(outcome);
        }
      });
    } catch (error) {
      if (generation === this.#generation) {
        this.#fail();
      }
      throw error;
    }
    if (generation === this.#generation) {
      this.#exchange = exchange;
      // After the port has set its own limit, so that of two equal ones the port's comes first and says what happened.
      this.#limit = clock.schedule(limits.responseMs, () => {
        this.#fail();
      });
    } else {
      // Answered already, or the client came back by an interrupt and aborted it.
      exchange.cancel();
    }
  }

  #conclude(outcome: DoeOutcome): void {
    if (outcome.kind === 'error') {
      this.#fail();
      return;
    }
    this.#exchange = undefined;
    this.#leaveTo('idle');
    if (outcome.kind === 'discard') {
      return;
    }
    if (this.#response.load(outcome.object)) {
      this.#state = 'ready';
      this.#interrupt.raise();
    } else {
      this.#fail();
    }
  }

  #fail(): void {
    this.#leaveTo('error');
    const generation = this.#generation;
    this.#exchange?.cancel();
    // Unless whoever was told of the cancellation came back to the registers, and decided.
    if (generation === this.#generation) {
      this.#interrupt.raise();
    }
  }

  #abort(): void {
    if (this.#state === 'aborting') {
      return;
    }
    this.#leaveTo('aborting');
    const generation = this.#generation;
    const exchange = this.#exchange;
    exchange?.cancel();
    if (generation !== this.#generation) {
      // Whoever was told of the cancellation came back to the registers, and decided.
      return;
    }
    const unsettled = exchange?.unsettled;
    if (exchange === undefined || unsettled === undefined) {
      this.#aborted();
    } else {
      this.#wait.start(exchange, unsettled);
    }
  }

  #aborted(): void {
    this.#exchange = undefined;
    this.#leaveTo('idle');
  }

  /** Another state, in which nothing of the state before is left: no words, no response, no outcome, no timer. */
  #leaveTo(state: DoeState): void {
    this.#state = state;
    this.#generation++;
    this.#received.clear();
    this.#response.clear();
    this.#wait.stop();
    this.#limit?.[Symbol.dispose]();
    this.#limit = undefined;
  }
}
