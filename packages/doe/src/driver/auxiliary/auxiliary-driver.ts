import type { DoeObjectId, DoeTransport } from '../../abi/object/index.js';

/**
 * A DOE Capability as a driver beside the function sees it: it has the features that the registers own, and nothing else of
 * the device. It is there from `probe` until the driver has let it go, strictly within the life of the function; everything
 * after that is EIO `doe.gone`.
 *
 * It can be given to whatever takes a transport. Exchanges always settle, and reject with the reason of the signal, ENOENT
 * `doe.no-feature`, EPERM `doe.withheld`, EIO `doe.gone`, or why there was no response.
 *
 * Source: Documentation/driver-api/auxiliary_bus.rst.
 */
export interface DoeAuxiliaryDevice extends DoeTransport {
  /** `doe.140`: of the capability at config offset 0x140. */
  readonly name: string;
  readonly at: number;
  /** What may be asked now, besides discovery. */
  features(): readonly DoeObjectId[];
}

/** Binds to DOE Capabilities. Several may bind to one: what is granted are features, not capabilities. */
export interface DoeAuxiliaryDriver {
  /** For reports. */
  readonly name: string;
  /**
   * Called with each child. What it answers is disposed when the driver goes, or before the instances do. An error leaves the
   * child unbound, and is logged.
   */
  probe(child: DoeAuxiliaryDevice): Disposable | undefined;
}
