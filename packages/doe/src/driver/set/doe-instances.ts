import {
  safeLogger,
  trackDisposable,
  trackReleased,
  type QuiesceCause,
  type RegisterHooks,
} from '@mdevkit/core';
import { PCI_DOE_SIZEOF } from '@mdevkit/uapi';
import { AuxiliaryBus } from '../auxiliary/index.js';
import { checkFeatures, doeLimits, type DoeInstanceSpec } from '../feature/index.js';
import { capabilityName, doeCapability, doeHooks } from '../instance/index.js';
import { DoeInstance, type DoeInstancesServices } from './doe-instance.js';

/**
 * All DOE Capabilities of one function. Its layout has a `doeCapability` for each, its services have `configHooks`; reset and
 * end of the device come here.
 *
 * What lives on something goes before it: children of {@link auxiliary}, exchanges (EIO `doe.gone` to whoever waits, and
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
    const logger = safeLogger(services.logger);
    this.all = specs.map((spec) => new DoeInstance(spec, { services, logger, limits }));
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

  /**
   * `DeviceModel.quiesce` calls it. A client that is gone without a close leaves nothing of its objects and sessions to the
   * next one, as {@link reset} says; other causes change nothing, for there is no DMA.
   *
   * Source: vfio-user protocol specification, Disconnection and reconnect.
   */
  quiesce(cause: QuiesceCause): void {
    if (cause === 'disconnect') {
      this.reset();
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
      // First of all silent: nobody hears the messages of a function that has gone.
      instance.mailbox.reset();
      instance.close();
    }
    for (const instance of newestFirst) {
      instance.disposeFeatures();
    }
  }
}

/** Everything that a constructor would refuse later, so that none has to be undone. */
function checkSpecs(specs: readonly DoeInstanceSpec[], vectors: number): void {
  const places: number[] = [];
  const features = new Set<object>();
  for (const spec of specs) {
    const { name } = doeCapability(spec);
    const other = places.find((at) => Math.abs(at - spec.at) < PCI_DOE_SIZEOF);
    if (other !== undefined) {
      throw new RangeError(`${name}: there is a DOE Capability already, ${capabilityName(other)}`);
    }
    places.push(spec.at);
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
