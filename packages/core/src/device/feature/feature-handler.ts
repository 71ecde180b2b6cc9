/**
 * One device feature (VFIO_DEVICE_FEATURE). A method that is missing is not supported: the client's call
 * answers EINVAL, its PROBE says so. Payloads are the feature's C structure, little endian.
 *
 * Source: Linux include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE.
 */
export interface FeatureHandler {
  /** VFIO_DEVICE_FEATURE_*, 0 .. 0xffff. */
  readonly id: number;
  readonly name: string;
  /** Bytes of the payload in both directions; a client's shorter buffer is refused before the handler. */
  readonly payloadSize: number;
  /** The payload may be longer: the handler sees all of it, and answers at most as much. */
  readonly variable?: boolean;
  /** Returns exactly `payloadSize` bytes. `request` is what the client's buffer held, a copy. */
  get?(request: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** `payload` has exactly `payloadSize` bytes and is the handler's to keep. */
  set?(payload: Uint8Array): void | Promise<void>;
}
