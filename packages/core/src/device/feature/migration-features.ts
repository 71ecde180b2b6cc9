import {
  VFIO_DEVICE_FEATURE_MIG_DATA_SIZE,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
  VFIO_DEVICE_FEATURE_MIGRATION,
  VfioDeviceFeatureMigDataSize,
  VfioDeviceFeatureMigration,
  VfioDeviceFeatureMigState,
} from '@mdevkit/uapi';
import type { MigrationMachine } from '../migration/index.js';
import type { FeatureHandler } from './feature-handler.js';

/**
 * The features of a device that can be migrated. Setting MIG_DEVICE_STATE through here goes to the state and
 * leaves out the data session; `setMigrationState` of the device contract returns it.
 */
export function migrationFeatures(machine: MigrationMachine): FeatureHandler[] {
  return [
    {
      id: VFIO_DEVICE_FEATURE_MIGRATION,
      name: 'MIGRATION',
      payloadSize: VfioDeviceFeatureMigration.size,
      get: () => VfioDeviceFeatureMigration.encode({ flags: BigInt(machine.flags) }),
    },
    {
      id: VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
      name: 'MIG_DEVICE_STATE',
      payloadSize: VfioDeviceFeatureMigState.size,
      get: () => VfioDeviceFeatureMigState.encode({ device_state: machine.state, data_fd: -1 }),
      set: async (payload) => {
        await machine.set(VfioDeviceFeatureMigState.decode(payload).device_state);
      },
    },
    {
      id: VFIO_DEVICE_FEATURE_MIG_DATA_SIZE,
      name: 'MIG_DATA_SIZE',
      payloadSize: VfioDeviceFeatureMigDataSize.size,
      get: async () =>
        VfioDeviceFeatureMigDataSize.encode({ stop_copy_length: BigInt(await machine.dataSize()) }),
    },
  ];
}
