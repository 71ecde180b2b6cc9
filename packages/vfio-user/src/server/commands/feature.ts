import {
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MASK,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
  VfioDeviceFeature,
  VfioDeviceFeatureMigState,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Reply, Request, SessionContext } from '../context.js';
import { readArgsz } from './payload.js';

const METHODS = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_PROBE;

/**
 * DEVICE_FEATURE. A GET is answered with the data; a SET and a PROBE are answered with the request. What the device
 * does not have is ENOTTY, as it is in the kernel.
 */
export function deviceFeature(session: SessionContext, request: Request): Promise<Reply> {
  const argsz = readArgsz(request, VfioDeviceFeature.size);
  const { flags } = VfioDeviceFeature.decode(request.view);
  const data = request.payload.subarray(VfioDeviceFeature.size);
  if ((flags & (VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PROBE)) === VFIO_DEVICE_FEATURE_GET) {
    return get(session, flags, data, argsz - VfioDeviceFeature.size);
  }
  if (argsz < request.payload.length) {
    throw failure('vfio-user.argsz', { argsz, minimum: request.payload.length });
  }
  return set(session, request, flags, data);
}

/** `offered` is what the client says that it has room for, which is not believed beyond one transfer. */
async function get(
  { endpoint, limits }: SessionContext,
  flags: number,
  request: Uint8Array,
  offered: number,
): Promise<Reply> {
  const room = new Uint8Array(Math.min(offered, limits.maxDataXferSize));
  room.set(request.subarray(0, room.length));
  const data = await endpoint.feature(flags, room);
  const payload = new Uint8Array(VfioDeviceFeature.size + data.length);
  VfioDeviceFeature.encode({ argsz: payload.length, flags }, payload);
  payload.set(data, VfioDeviceFeature.size);
  return { payload };
}

async function set(
  { endpoint, migration }: SessionContext,
  { payload }: Request,
  flags: number,
  data: Uint8Array,
): Promise<Reply> {
  if (setsMigrationState(flags) && data.length >= VfioDeviceFeatureMigState.size) {
    await endpoint.feature(flags | VFIO_DEVICE_FEATURE_PROBE, data);
    await migration.setState(VfioDeviceFeatureMigState.decode(data).device_state);
  } else {
    await endpoint.feature(flags, data);
  }
  return { payload };
}

function setsMigrationState(flags: number): boolean {
  return (
    (flags & VFIO_DEVICE_FEATURE_MASK) === VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE &&
    (flags & METHODS) === VFIO_DEVICE_FEATURE_SET
  );
}
