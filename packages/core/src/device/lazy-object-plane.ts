import type { DeviceEvent } from '../event/index.js';
import {
  ObjectPlane,
  ObjectSchema,
  type Implementation,
  type ObjectPlaneOptions,
} from '../object/index.js';

/** A control plane that costs a device nothing until its model or a client has something to do with it. */
export class LazyObjectPlane {
  readonly #options: Omit<ObjectPlaneOptions, 'schema'>;
  readonly #schema: ObjectSchema | undefined;
  #plane: ObjectPlane | undefined;

  /** Without a schema it is that of every device. */
  constructor(schema: ObjectSchema | undefined, options: Omit<ObjectPlaneOptions, 'schema'>) {
    this.#schema = schema;
    this.#options = options;
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

  #make(): ObjectPlane {
    const schema = this.#schema ?? ObjectSchema.build(undefined, []);
    return new ObjectPlane({ ...this.#options, schema });
  }
}
