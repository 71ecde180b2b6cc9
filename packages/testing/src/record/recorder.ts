import {
  isThenable,
  type ClientCall,
  type DeviceEvent,
  type DeviceModel,
  type Dma,
  type InterposedMdev,
  type Interposer,
  type Interposition,
  type Irqs,
  type MdevIdentity,
} from '@mdevkit/core';
import type { RecordedAnswer } from './entry.js';
import { recordedDevice } from './recorded-device.js';
import { answerOf, argumentsOf, errorOf } from './recorded-call.js';
import { RecordedDma } from './recorded-dma.js';
import { recordedEvent } from './recorded-event.js';
import { recordedIrqs } from './recorded-irqs.js';
import type { RecordingSink } from './sink.js';
import { Tape } from './tape.js';

export interface RecorderOptions {
  /** Called for each mdev. What it throws fails the creation of the mdev. */
  readonly open: (mdev: MdevIdentity) => RecordingSink;
}

/**
 * Records all that happens between the clients, the core and the models of a host, each mdev to a sink of its own. Nothing
 * becomes other by it than that it takes longer.
 *
 * What goes past the core is not recorded: accesses through a mapping of a region, the stream of a migration, and what a model
 * does with memory that it has pinned.
 *
 * @example
 * const recorder = new Recorder({ open: () => fileSink('run.mdevrec') });
 * const host = new MdevHost({ interposers: [recorder] });
 */
export class Recorder implements Interposer {
  readonly #open: RecorderOptions['open'];

  constructor({ open }: RecorderOptions) {
    this.#open = open;
  }

  interpose({ identity, clock, logger }: InterposedMdev): Interposition {
    const sink = this.#open(identity);
    return new RecordedMdev(new Tape({ sink, clock, logger, mdev: identity }));
  }
}

class RecordedMdev implements Interposition {
  readonly #tape: Tape;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  dma(inner: Dma): Dma {
    return new RecordedDma(inner, this.#tape);
  }

  irqs(inner: Irqs): Irqs {
    return recordedIrqs(inner, this.#tape);
  }

  model(inner: DeviceModel): DeviceModel {
    this.#tape.begin(() => recordedDevice(inner));
    return inner;
  }

  call<T>(call: ClientCall, proceed: () => T): T {
    const id = this.#tape.call(call.kind, () => argumentsOf(call));
    let answer: T;
    try {
      answer = proceed();
    } catch (error) {
      this.#answered(id, () => ({ error: errorOf(error) }));
      throw error;
    }
    if (isThenable(answer)) {
      // The caller gets the very promise, and hears of it after the tape.
      answer.then(
        (value: unknown) => {
          this.#answered(id, () => ({ value: answerOf(call, value) }));
        },
        (error: unknown) => {
          this.#answered(id, () => ({ error: errorOf(error) }));
        },
      );
    } else {
      this.#answered(id, () => ({ value: answerOf(call, answer) }));
    }
    return answer;
  }

  event(event: DeviceEvent): void {
    this.#tape.add((time) => ({ kind: 'event', time, event: recordedEvent(event) }));
  }

  objectEvent(element: bigint, type: number, data: Uint8Array): void {
    this.#tape.add((time) => ({
      kind: 'object-event',
      time,
      element,
      type,
      bytes: data.slice(),
    }));
  }

  end(): void {
    this.#tape.end();
  }

  #answered(id: number, answer: () => RecordedAnswer): void {
    this.#tape.add((time) => ({ kind: 'answer', time, id, answer: answer() }));
  }
}
