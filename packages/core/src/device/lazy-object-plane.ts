import type { DeviceEvent } from '../event/index.js';
import type { Implementation, ObjectPlane } from '../object/index.js';

/** A control plane that costs a device nothing until its model or a client has something to do with it. */
export class LazyObjectPlane {
  readonly #make: () => ObjectPlane;
  #plane: ObjectPlane | undefined;

  constructor(make: () => ObjectPlane) {
    this.#make = make;
  }

  get plane(): ObjectPlane {
    return (this.#plane ??= this.#make());
  }

  /** Throws as {@link ObjectPlane.attach}. */
  attach(implementations: readonly Implementation[] | undefined): void {
    if (implementations !== undefined && implementations.length > 0) {
      this.plane.attach(implementations);
    }
  }

  report(event: DeviceEvent): void {
    this.#plane?.report(event);
  }

  /** Undefined if there is nobody to wait for. */
  disassociate(): Promise<void> | undefined {
    const plane = this.#plane;
    return plane === undefined || plane.clients === 0 ? undefined : plane.disassociate();
  }
}
