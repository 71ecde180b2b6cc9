import {
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MASK,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import { isU32 } from '../../irq/request.js';
import type { Guard } from '../migration/migration-data.js';
import type { FeatureHandler } from './feature-handler.js';

const METHODS = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET;
const nothing = new Uint8Array(0);

/**
 * The features of one device, by id. Checks what every feature shares, in the kernel's order: unknown flags,
 * GET with SET, unknown id (ENOTTY), unsupported method, PROBE, no method, short payload.
 *
 * Source: Linux drivers/vfio/vfio_main.c, vfio_ioctl_device_feature; include/linux/vfio.h, vfio_check_feature.
 */
export class FeatureTable {
  readonly #handlers = new Map<number, FeatureHandler>();
  readonly #guard: Guard;

  /** Throws EINVAL `model.invalid` when two handlers have one id. */
  constructor(handlers: readonly FeatureHandler[], guard: Guard) {
    this.#guard = guard;
    for (const handler of handlers) {
      if (this.#handlers.has(handler.id)) {
        throw failure('model.invalid', { duplicateFeature: handler.id });
      }
      this.#handlers.set(handler.id, handler);
    }
  }

  /** `payload` is what follows the header: data for SET, room for GET. Returns the data of a GET. */
  async call(flags: number, payload: Uint8Array): Promise<Uint8Array> {
    const handler = this.#find(flags);
    const wantsGet = (flags & VFIO_DEVICE_FEATURE_GET) !== 0;
    const wantsSet = (flags & VFIO_DEVICE_FEATURE_SET) !== 0;
    const unsupported =
      (wantsGet && handler.get === undefined) || (wantsSet && handler.set === undefined);
    if (unsupported) {
      throw failure('feature.method', { feature: handler.name });
    }
    if ((flags & VFIO_DEVICE_FEATURE_PROBE) !== 0) {
      return nothing;
    }
    if (!wantsGet && !wantsSet) {
      throw failure('feature.method', { feature: handler.name });
    }
    if (payload.length < handler.payloadSize) {
      throw failure('feature.payload', {
        feature: handler.name,
        needed: handler.payloadSize,
        given: payload.length,
      });
    }
    const own = payload.slice(0, handler.variable === true ? undefined : handler.payloadSize);
    return wantsGet ? this.#get(handler, own) : this.#set(handler, own);
  }

  #find(flags: number): FeatureHandler {
    const known = VFIO_DEVICE_FEATURE_MASK | METHODS | VFIO_DEVICE_FEATURE_PROBE;
    const both = (flags & METHODS) === METHODS && (flags & VFIO_DEVICE_FEATURE_PROBE) === 0;
    if (!isU32(flags) || (flags & ~known) !== 0 || both) {
      throw failure('feature.flags', { flags });
    }
    const id = flags & VFIO_DEVICE_FEATURE_MASK;
    const handler = this.#handlers.get(id);
    if (handler === undefined) {
      throw failure('feature.unknown', { feature: id });
    }
    return handler;
  }

  async #get(handler: FeatureHandler, request: Uint8Array): Promise<Uint8Array> {
    const room = request.length;
    const data = await this.#guard(
      `feature ${handler.name} get`,
      () => handler.get?.(request) ?? nothing,
    );
    if (!(data instanceof Uint8Array) || !fits(handler, data.length, room)) {
      throw failure('model.payload', { feature: handler.name, needed: handler.payloadSize });
    }
    return data;
  }

  async #set(handler: FeatureHandler, payload: Uint8Array): Promise<Uint8Array> {
    await this.#guard(`feature ${handler.name} set`, () => handler.set?.(payload));
    return nothing;
  }
}

function fits(handler: FeatureHandler, length: number, room: number): boolean {
  return handler.variable === true ? length <= room : length === handler.payloadSize;
}
