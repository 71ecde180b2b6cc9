import {
  DeviceMemory,
  type Clock,
  type DeviceApi,
  type DeviceModel,
  type Dma,
  type FeatureHandler,
  type Implementation,
  type ModelServices,
  type Pasid,
  type RegionSlot,
} from '@mdevkit/core';
import { JobEngine, type JobBus } from './job-engine.js';
import { Notes } from './notes.js';
import { specimenRegisters, type SpecimenRegisters } from './registers.js';
import type { Seats } from './seats.js';
import { SpecimenImage, type SpecimenState } from './specimen-image.js';
import { SpecimenMigration } from './specimen-migration.js';

/** Bytes of the memory that clients may map. */
export const MEMORY_SIZE = 0x2000;
/** A word that a client may get and set. */
export const MODE_FEATURE = 32;

export interface SpecimenServices extends ModelServices {
  readonly seats: Seats;
}

/**
 * A well-behaved device that has whatever a device can have. What is protected is there to be done wrong by a mutant: each
 * of them overrides one thing. What the kind of device decides is left to the two that extend this.
 */
export abstract class Specimen implements DeviceModel {
  abstract readonly deviceApi: DeviceApi;
  abstract readonly regions: readonly RegionSlot[];
  abstract readonly irqs: DeviceModel['irqs'];

  protected readonly services: SpecimenServices;
  protected readonly clock: Clock;
  protected readonly registers: SpecimenRegisters = specimenRegisters.instantiate({
    SCRATCH: {
      write: (value) => {
        this.scratch(value);
      },
    },
    STEPS: { read: () => this.steps },
    DOORBELL: {
      write: () => {
        this.engine.ring();
      },
    },
    LINE: {
      write: (value) => {
        this.line((value & 1) !== 0);
      },
    },
  });
  protected readonly memory: DeviceMemory;
  protected readonly engine: JobEngine;
  protected readonly plate: Disposable;
  protected seat: Disposable | undefined;
  protected steps = 0;
  protected mode = 0;
  /** A state that was restored has a line, to be shown when the device runs. */
  protected restored = false;
  readonly migration: SpecimenMigration;
  readonly features: readonly FeatureHandler[];
  readonly objects: readonly Implementation[];

  constructor(services: SpecimenServices) {
    this.services = services;
    this.clock = services.clock;
    this.memory = this.makeMemory();
    const bus: JobBus = {
      clock: services.clock,
      dma: () => this.dma(),
      done: (vector) => {
        this.done(vector);
      },
      failed: (message) => {
        services.events.report({ kind: 'error', message });
        this.failed();
      },
    };
    this.engine = this.makeEngine(bus, this.registers);
    this.migration = this.makeMigration(this.makeImage(this.state()), this.engine);
    this.features = [this.makeFeature()];
    this.objects = [this.makeNotes().implementation];
    this.plate = services.seats.take('plate');
  }

  open(): void | Promise<void> {
    this.seat = this.services.seats.take('seat');
  }

  close(): void | Promise<void> {
    this.engine.abandon();
    this.seat?.[Symbol.dispose]();
    this.seat = undefined;
  }

  reset(): void | Promise<void> {
    this.engine.abandon();
    this.migration.reset();
    this.steps = 0;
    this.mode = 0;
    this.restored = false;
  }

  quiesce(): void | Promise<void> {
    this.engine.hold('quiet');
  }

  resume(): void {
    this.engine.release('quiet');
    if (this.restored && this.migration.isRunning) {
      this.restored = false;
      this.line((this.registers.get('LINE') & 1) !== 0);
    }
  }

  drainPasid(pasid: Pasid): void | Promise<void> {
    this.engine.drain(pasid);
  }

  [Symbol.dispose](): void {
    this.plate[Symbol.dispose]();
  }

  protected abstract dma(): Dma;
  /** A job has ended: message `vector`. */
  protected abstract done(vector: number): void;
  protected abstract failed(): void;
  protected abstract line(raised: boolean): void;

  protected scratch(value: number): void {
    this.steps += value === 0 ? 0 : 1;
  }

  protected makeMemory(): DeviceMemory {
    return new DeviceMemory(MEMORY_SIZE);
  }

  protected makeEngine(bus: JobBus, registers: SpecimenRegisters): JobEngine {
    return new JobEngine(bus, registers);
  }

  protected makeImage(state: SpecimenState): SpecimenImage {
    return new SpecimenImage(state);
  }

  protected makeMigration(image: SpecimenImage, engine: JobEngine): SpecimenMigration {
    return new SpecimenMigration(image, engine);
  }

  protected makeNotes(): Notes {
    return new Notes();
  }

  protected makeFeature(): FeatureHandler {
    return {
      id: MODE_FEATURE,
      name: 'mode',
      payloadSize: 4,
      get: () => Uint8Array.from([0, 8, 16, 24], (shift) => this.mode >>> shift),
      set: (payload) => {
        this.mode = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
      },
    };
  }

  protected state(): SpecimenState {
    return {
      registers: this.registers,
      memories: [this.memory],
      words: () => [this.steps, this.mode],
      setWords: ([steps = 0, mode = 0]) => {
        this.steps = steps;
        this.mode = mode;
        this.restored = true;
      },
    };
  }
}
