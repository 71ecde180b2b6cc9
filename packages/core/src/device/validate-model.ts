import { failure } from '../errors/index.js';
import type { IrqIndexSpec } from '../irq/index.js';
import { Region } from '../region/index.js';
import { isDeviceApi } from './device-flags.js';
import { absent, type DeviceModel } from './model.js';

/** Vectors of an index at the most: what MSI-X can address. Source: PCIe Base Spec 7.7.2. */
const MAX_VECTORS = 2048;
/** Feature ids have 16 bits. Source: Linux include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_MASK. */
const MAX_FEATURE = 0xffff;

/**
 * Checks what a model declares, before anybody can open it. A model may be written in JavaScript, so its types
 * prove nothing. Throws EINVAL `model.invalid` with the member that is wrong.
 *
 * Source: Linux drivers/vfio/vfio_main.c, __vfio_register_dev.
 */
export function validateModel(model: DeviceModel): void {
  require(isDeviceApi(model.deviceApi), 'deviceApi', model.deviceApi);
  require(Array.isArray(model.regions), 'regions', model.regions);
  model.regions.forEach((slot, index) => {
    const known = slot === undefined || slot === absent || slot instanceof Region;
    require(known, `regions[${index}]`, slot);
  });
  require(Array.isArray(model.irqs), 'irqs', model.irqs);
  model.irqs.forEach((spec, index) => {
    require(isIrqSpec(spec), `irqs[${index}]`, JSON.stringify(spec));
  });
  require(Array.isArray(model.objects ?? []), 'objects', model.objects);
  for (const { id, name, payloadSize } of model.features ?? []) {
    require(isCount(id, MAX_FEATURE), `feature ${name} id`, id);
    require(isCount(
      payloadSize,
      Number.MAX_SAFE_INTEGER,
    ), `feature ${name} payloadSize`, payloadSize);
  }
}

function isIrqSpec(spec: IrqIndexSpec): boolean {
  switch (spec.kind) {
    case 'level':
    case 'signal':
      return isCount(spec.count, 1);
    case 'message':
      return isCount(spec.count, MAX_VECTORS);
    case 'absent':
      return true;
    default:
      return false;
  }
}

function isCount(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function require(valid: boolean, member: string, value: unknown): void {
  if (!valid) {
    throw failure('model.invalid', { member, value: described(value) });
  }
}

/** Two copies of the core in one process are most often an accident of installation, which nobody sees by the value. */
function described(value: unknown): string {
  return typeof value === 'object' && value?.constructor.name === Region.name
    ? 'a Region of another copy of @mdevkit/core'
    : String(value);
}
