import {
  safeLogger,
  trackDisposable,
  trackReleased,
  type Logger,
  type RegisterHooks,
} from '@mdevkit/core';
import { AuxiliaryBus } from '../auxiliary/index.js';
import { checkFeatures, doeLimits, type DoeInstanceSpec } from '../feature/index.js';
import { doeCapability, doeHooks } from '../instance/index.js';
import { DoeInstance, type DoeInstancesServices } from './doe-instance.js';

/**
 * All DOE Capabilities of one function. Its layout has a `doeCapability` for each, its services have `configHooks`; reset and
 * end of the device come here.
 *
 * What lives on something goes before it: children of {@link auxiliary}, exchanges (ENODEV `doe.gone` to whoever waits, and
 * from then on), features, instances.
 */
export class DoeInstances implements Disposable {
  /** In the order of their declaration. */
  readonly all: readonly DoeInstance[];
  /** For `PciFunctionServices.configHooks`. */
  readonly configHooks: RegisterHooks<string>;
  /** One child for each, for drivers beside that of the function. */
  readonly auxiliary: AuxiliaryBus;
  #isGone = false;

  /** @throws RangeError for what cannot be declared; nothing was made then */
  constructor(specs: readonly DoeInstanceSpec[], services: DoeInstancesServices) {
    const limits = doeLimits(services.limits);
    checkSpecs(specs, services.vectors);
    const logger: Logger = safeLogger(services.logger);
    const safe: DoeInstancesServices = {
      clock: services.clock,
      logger,
      vectors: services.vectors,
      message: (vector) => {
        services.message(vector);
      },
    };
    this.all = specs.map((spec) => new DoeInstance(spec, safe, limits));
    this.configHooks = Object.assign(
      {},
      ...this.all.map(({ mailbox }) => doeHooks(mailbox)),
    ) as RegisterHooks<string>;
    this.auxiliary = new AuxiliaryBus(this.all, logger);
    trackDisposable(this);
  }

  /** The DOE Capability at a config offset. */
  at(offset: number): DoeInstance | undefined {
    return this.all.find(({ at }) => at === offset);
  }

  /**
   * The function was reset: registers as after power-on, exchanges in flight fail with EIO `doe.reset`, features forget. Grants
   * stay. `DeviceModel.reset` and `onFunctionLevelReset` call it, and `DeviceModel.close`.
   *
   * Source: PCI Express Base Specification 6.0, section 6.6.2.
   */
  reset(): void {
    if (!this.#isGone) {
      for (const instance of this.all) {
        instance.reset();
      }
    }
  }

  /** Idempotent, and never fails: what features and drivers throw is logged. */
  [Symbol.dispose](): void {
    if (this.#isGone) {
      return;
    }
    this.#isGone = true;
    trackReleased(this);
    this.auxiliary[Symbol.dispose]();
    const newestFirst = [...this.all].reverse();
    for (const instance of newestFirst) {
      instance.close();
    }
    for (const instance of newestFirst) {
      instance.disposeFeatures();
    }
    for (const { mailbox } of newestFirst) {
      mailbox.reset();
    }
  }
}

/** Everything that a constructor would refuse later, so that none has to be undone. */
function checkSpecs(specs: readonly DoeInstanceSpec[], vectors: number): void {
  const places = new Set<number>();
  const features = new Set<object>();
  for (const spec of specs) {
    const { name } = doeCapability(spec);
    if (places.has(spec.at)) {
      throw new RangeError(`${name}: there is a DOE Capability already`);
    }
    places.add(spec.at);
    if (spec.message !== undefined && spec.message >= vectors) {
      throw new RangeError(
        `${name}: the function has ${vectors} vectors, and message ${spec.message} is none of them`,
      );
    }
    checkFeatures(spec.features);
    for (const { feature } of spec.features) {
      if (features.has(feature)) {
        throw new RangeError(
          `${name}: a feature belongs to one instance, which asks it one thing at a time`,
        );
      }
      features.add(feature);
    }
  }
}
