import { failure } from '../errors/index.js';
import type { DmaPlane } from './dma-plane.js';
import { dmaLoggingFeatures, FeatureTable, migrationFeatures } from './feature/index.js';
import { MigrationMachine } from './migration/index.js';
import type { ModelGuard } from './model-guard.js';
import type { DeviceModel } from './model.js';

/** The calls that a model offers beside its regions and interrupts: features, and migration if it has any. */
export class ModelCalls {
  readonly features: FeatureTable;
  readonly #migration: MigrationMachine | undefined;

  /** Nothing is offered without a model. */
  constructor(guard: ModelGuard, plane?: DmaPlane, model?: DeviceModel) {
    const call = guard.call.bind(guard);
    const migration = model?.migration && new MigrationMachine(model.migration, call);
    this.#migration = migration;
    this.features = new FeatureTable(
      [
        ...(plane === undefined ? [] : dmaLoggingFeatures(plane)),
        ...(migration === undefined ? [] : migrationFeatures(migration)),
        ...(model?.features ?? []),
      ],
      call,
    );
  }

  /** Throws ENOTTY for a device that cannot be migrated. */
  get migration(): MigrationMachine {
    if (this.#migration === undefined) {
      throw failure('migration.unsupported');
    }
    return this.#migration;
  }

  /** Back to RUNNING, if there is such a thing. */
  resetMigration(): void {
    this.#migration?.reset();
  }
}
