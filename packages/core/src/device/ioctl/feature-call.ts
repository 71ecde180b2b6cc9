import {
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MASK,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
  VfioDeviceFeature,
  VfioDeviceFeatureMigState,
} from '@mdevkit/uapi';
import type { Endpoint } from '../endpoint.js';
import { readArgsz } from './argsz.js';
import type { Descriptors } from './descriptors.js';

const METHODS = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_PROBE;

/** VFIO_DEVICE_FEATURE. */
export async function deviceFeature(
  endpoint: Endpoint,
  arg: DataView,
  descriptors: Descriptors,
): Promise<number> {
  const argsz = readArgsz(arg, VfioDeviceFeature.size);
  const { flags } = VfioDeviceFeature.view().at(arg);
  const payload = new Uint8Array(
    arg.buffer,
    arg.byteOffset + VfioDeviceFeature.size,
    argsz - VfioDeviceFeature.size,
  );
  if (setsMigrationState(flags) && payload.length >= VfioDeviceFeatureMigState.size) {
    await endpoint.feature(flags | VFIO_DEVICE_FEATURE_PROBE, payload);
    await setMigrationState(endpoint, payload, descriptors);
  } else {
    payload.set(await endpoint.feature(flags, payload));
  }
  return 0;
}

function setsMigrationState(flags: number): boolean {
  return (
    (flags & VFIO_DEVICE_FEATURE_MASK) === VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE &&
    (flags & METHODS) === VFIO_DEVICE_FEATURE_SET
  );
}

/** Gives the new data session, if there is one, a descriptor. On failure data_fd is -1. */
async function setMigrationState(
  endpoint: Endpoint,
  payload: Uint8Array,
  descriptors: Descriptors,
): Promise<void> {
  const wanted = VfioDeviceFeatureMigState.decode(payload).device_state;
  try {
    const session = await endpoint.setMigrationState(wanted);
    const data_fd = session === undefined ? -1 : descriptors.install(session);
    VfioDeviceFeatureMigState.encode({ device_state: wanted, data_fd }, payload);
  } catch (error) {
    VfioDeviceFeatureMigState.encode({ device_state: wanted, data_fd: -1 }, payload);
    throw error;
  }
}
