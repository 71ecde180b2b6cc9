import type { RangeHandler, RegisterMap, RegisterPlace, RegisterRow } from '@mdevkit/core';
import {
  CONTROL_ENABLE,
  CONTROL_RESET,
  QueueError,
  queueRegisters,
  STATUS_ENABLED,
  STATUS_ERROR,
  STATUS_IDLE,
  type QueueRegister,
} from '../../abi/index.js';
import { queueConfig } from './queue-config.js';
import type { QueueEngine } from './queue-engine.js';

/** The control registers of one queue. A reset of the region stops the queue, too. */
export class QueueBlock implements RangeHandler {
  readonly #engine: QueueEngine;
  readonly #index: number;
  readonly #vectors: number;
  readonly #registers: RegisterMap<QueueRegister>;
  #stopped = false;

  constructor(engine: QueueEngine, index: number, vectors: number) {
    this.#engine = engine;
    this.#index = index;
    this.#vectors = vectors;
    this.#registers = queueRegisters.instantiate({
      CONTROL: {
        write: (value, previous) => {
          this.#control(value, previous);
        },
      },
      STATUS: { read: () => this.#status() },
      ERROR: { read: () => engine.error },
      SQ_HEAD: { read: () => engine.submissionHead },
      CQ_TAIL: { read: () => engine.completionTail },
    });
    this.#setDefaults();
  }

  registerAt(offset: number): RegisterPlace | undefined {
    return this.#registers.registerAt(offset);
  }

  read(offset: number, data: DataView, at: number, length: number): number {
    return this.#registers.read(offset, data, at, length);
  }

  write(offset: number, data: DataView, at: number, length: number): number {
    return this.#registers.write(offset, data, at, length);
  }

  /** In one go with the reset of the other regions, before anything else can happen. */
  reset(): void {
    this.#stopped = this.#engine.reset() || this.#stopped;
    this.#setDefaults();
  }

  /** Whether the queue was working at a reset of the region since the last call. */
  takeStopped(): boolean {
    const stopped = this.#stopped;
    this.#stopped = false;
    return stopped;
  }

  /** For people and tools; no side effects. */
  describe(): RegisterRow[] {
    return this.#registers.describe();
  }

  #control(value: number, previous: number): void {
    if ((value & CONTROL_RESET) !== 0) {
      this.#engine.reset();
      this.#setDefaults();
      return;
    }
    const enable = (value & CONTROL_ENABLE) !== 0;
    const was = (previous & CONTROL_ENABLE) !== 0;
    if (enable && !was) {
      this.#engine.enable(queueConfig(this.#registers, this.#vectors));
    } else if (!enable && was) {
      this.#engine.stop();
    }
  }

  #status(): number {
    return (
      (this.#engine.enabled ? STATUS_ENABLED : 0) |
      (this.#engine.error === QueueError.NONE ? 0 : STATUS_ERROR) |
      (this.#engine.idle ? STATUS_IDLE : 0)
    );
  }

  #setDefaults(): void {
    this.#registers.reset();
    this.#registers.set('IRQ_VECTOR', this.#index);
  }
}
