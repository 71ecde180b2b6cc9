import type { MediatingDriver, ParentSpec } from '../driver/mediating-driver.js';
import { failure } from '../errors/index.js';
import { InstanceAccounting } from './instance-accounting.js';
import type { MdevType, MdevTypeSpec } from './mdev-type.js';

/** A device whose parts are handed out as mdevs. */
export class Parent {
  readonly name: string;
  readonly driver: MediatingDriver;
  readonly #spec: ParentSpec;
  readonly #accounting: InstanceAccounting;
  #leaving = false;

  constructor(driver: MediatingDriver, spec: ParentSpec) {
    this.name = spec.name;
    this.driver = driver;
    this.#spec = spec;
    this.#accounting = new InstanceAccounting(spec.capacity);
  }

  get numaNode(): number | undefined {
    return this.#spec.numaNode;
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
