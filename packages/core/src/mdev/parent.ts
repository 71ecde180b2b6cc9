import type { MediatingDriver, ParentSpec } from '../driver/mediating-driver.js';
import { failure } from '../errors/index.js';
import { ParentIommu, type PasidCounters } from '../iommu/index.js';
import { silentLogger, type Logger } from '../log/index.js';
import type { ObjectSchema } from '../object/index.js';
import { InstanceAccounting } from './instance-accounting.js';
import type { MdevType, MdevTypeSpec } from './mdev-type.js';

/** What a parent shows of itself. */
export interface ParentInfo {
  readonly name: string;
  readonly driver: string;
  readonly numaNode: number | undefined;
  /** PASIDs in use, waiting for a device to become quiet, given up because one did not, and left. */
  readonly pasids: PasidCounters;
}

/** A device whose parts are handed out as mdevs. */
export class Parent {
  readonly name: string;
  readonly driver: MediatingDriver;
  /** Shared by its mdevs, and the reason why they cannot reach each other's memory. */
  readonly iommu: ParentIommu;
  /** What its mdevs may have on the control plane. */
  readonly schema: ObjectSchema;
  readonly #spec: ParentSpec;
  readonly #accounting: InstanceAccounting;
  #leaving = false;

  /** Throws EINVAL for an IOMMU that cannot be. */
  constructor(
    driver: MediatingDriver,
    spec: ParentSpec,
    schema: ObjectSchema,
    logger: Logger = silentLogger,
  ) {
    this.name = spec.name;
    this.driver = driver;
    this.schema = schema;
    this.#spec = spec;
    this.iommu = new ParentIommu({ logger, ...spec.iommu });
    this.#accounting = new InstanceAccounting(spec.capacity);
  }

  get numaNode(): number | undefined {
    return this.#spec.numaNode;
  }

  get info(): ParentInfo {
    const { name, driver, numaNode, iommu } = this;
    return { name, driver: driver.name, numaNode, pasids: iommu.pasidCounters };
  }

  /** The types as they are now. */
  get types(): readonly MdevType[] {
    return this.driver.types.map((spec) => this.#typeOf(spec));
  }

  /** Whether its removal has begun: nothing can be created or opened any more. */
  get leaving(): boolean {
    return this.#leaving;
  }

  beginLeaving(): void {
    this.#leaving = true;
  }

  /** By full id, `<driver>-<id>`. Throws ENOENT `type.not-found`. */
  typeSpec(id: string): MdevTypeSpec {
    const spec = this.driver.types.find((type) => fullId(this.driver, type) === id);
    if (spec === undefined) {
      throw failure('type.not-found', { parent: this.name, type: id });
    }
    return spec;
  }

  /** Takes one instance of a type; returns the undo. Throws EUSERS. */
  take(spec: MdevTypeSpec): () => void {
    return this.#accounting.take(spec.units ?? 1);
  }

  #typeOf(spec: MdevTypeSpec): MdevType {
    const id = fullId(this.driver, spec);
    return {
      id,
      name: spec.name ?? id,
      description: spec.description ?? '',
      deviceApi: this.driver.deviceApi,
      parent: this.name,
      availableInstances: this.#leaving ? 0 : this.#accounting.available(spec.units ?? 1),
      numaNode: this.#spec.numaNode,
      algorithms: spec.algorithms ?? [],
      attributes: spec.attributes ?? {},
    };
  }
}

function fullId(driver: MediatingDriver, spec: MdevTypeSpec): string {
  return `${driver.name}-${spec.id}`;
}
