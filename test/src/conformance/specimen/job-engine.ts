import { MdevError, type Clock, type Dma, type Iova, type Pasid } from '@mdevkit/core';
import {
  JOB_MS,
  MAX_LENGTH,
  STATUS_BUSY,
  STATUS_DONE,
  STATUS_FAULT,
  type SpecimenRegisters,
} from './registers.js';

/** What the engine reaches of its device. */
export interface JobBus {
  readonly clock: Clock;
  dma(): Dma;
  done(vector: number): void;
  failed(message: string): void;
}

/** Copies client memory, one job at a time, some time after the doorbell. */
export class JobEngine {
  protected readonly bus: JobBus;
  protected readonly registers: SpecimenRegisters;
  protected timer: Disposable | undefined;
  /** The port of the job that is under way. */
  protected port: Dma | undefined;
  protected readonly holds = new Set<string>();

  constructor(bus: JobBus, registers: SpecimenRegisters) {
    this.bus = bus;
    this.registers = registers;
  }

  get busy(): boolean {
    return this.port !== undefined;
  }

  /** Does not wait for the end of a job. */
  finishNow(): void {
    this.stop();
    this.finish();
  }

  /** The doorbell. A job that is under way goes on. */
  ring(): void {
    if (this.port === undefined) {
      this.registers.set('STATUS', STATUS_BUSY);
      this.adopt();
    }
  }

  /** Goes on with a job that the registers hold, if they do. */
  adopt(): void {
    if (this.registers.get('STATUS') === STATUS_BUSY) {
      const dma = this.bus.dma();
      this.port = dma.withPasid(this.registers.get('PASID') || dma.pasid);
      this.run();
    }
  }

  /** Nothing happens until {@link release}; the job is kept. */
  hold(why: string): void {
    this.holds.add(why);
    this.stop();
  }

  release(why: string): void {
    if (this.holds.delete(why)) {
      this.run();
    }
  }

  /** The job is forgotten: nothing of it happens any more. */
  abandon(): void {
    this.stop();
    this.port = undefined;
  }

  /** No DMA with this PASID any more. */
  drain(pasid: Pasid): void {
    if (this.port?.pasid === pasid) {
      this.abandon();
      this.registers.set('STATUS', STATUS_FAULT);
    }
  }

  protected run(): void {
    if (this.port !== undefined && this.timer === undefined && this.holds.size === 0) {
      this.timer = this.bus.clock.schedule(JOB_MS, () => {
        this.timer = undefined;
        this.finish();
      });
    }
  }

  protected stop(): void {
    this.timer?.[Symbol.dispose]();
    this.timer = undefined;
  }

  protected finish(): void {
    const { port, registers } = this;
    this.port = undefined;
    const status = port === undefined ? STATUS_FAULT : this.transfer(port);
    registers.set('STATUS', status);
    registers.set('CAUSE', registers.get('CAUSE') | (1 << status));
    registers.set('TALLY', registers.get('TALLY') + 1);
    if (status === STATUS_FAULT) {
      this.bus.failed('a job did not reach its memory');
    }
    this.bus.done(registers.get('VECTOR'));
  }

  /** A job has no caller: whatever goes wrong is its status. */
  protected transfer(port: Dma): number {
    const { registers } = this;
    const length = Math.min(registers.get('LENGTH'), MAX_LENGTH);
    try {
      this.copy(port, registers.get64('TARGET'), registers.get64('SOURCE'), length);
      return STATUS_DONE;
    } catch (error) {
      if (MdevError.is(error)) {
        return STATUS_FAULT;
      }
      throw error;
    }
  }

  protected copy(port: Dma, target: Iova, source: Iova, length: number): void {
    const bytes = new Uint8Array(length);
    port.read(source, bytes);
    port.write(target, bytes);
  }
}
