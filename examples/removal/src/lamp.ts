import { defineDriver, registerLayout, registerRegion, type DeviceModel } from '@mdevkit/core';

export const lampRegisters = registerLayout('lamp', 4, [
  { name: 'LIGHT', offset: 0, width: 4, access: 'rw' },
]);

/** A lamp. Nothing in it deals with its removal: that is the core's work, but for one declaration. */
class Lamp implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  /** The core fires the index of the role `request` to ask the client to let go of the device. */
  readonly irqs = [{ kind: 'signal', name: 'request', count: 1, role: 'request' }] as const;
  readonly regions = [registerRegion('registers', lampRegisters.instantiate())];
}

/** A shelf of lamps. */
export const shelfDriver = defineDriver({
  name: 'shelf',
  deviceApi: 'vfio-platform',
  types: [{ id: 'lamp' }],
  parents: [{ name: 'shelf0', capacity: 4 }],
  model: () => new Lamp(),
});
