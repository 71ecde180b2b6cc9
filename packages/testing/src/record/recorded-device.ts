import type { DeviceModel, Region } from '@mdevkit/core';
import type { RecordedDevice, RecordedRegion, RecordedRegister } from './entry.js';
import { isRegister, MAX_REGISTERS } from './header-limits.js';

/** Of a region, as far as its registers are looked for: to here byte by byte, and then every 4 bytes. */
const DENSE_BYTES = 0x1000;
const SEARCHED_BYTES = 0x10000;

/** What a model declares. A model that is not well formed, which the core will refuse, declares nothing. */
export function recordedDevice(model: DeviceModel): RecordedDevice {
  try {
    const regions = model.regions.flatMap((region, index) =>
      region === undefined || typeof region === 'symbol' || region.size === 0
        ? []
        : [recordedRegion(index, region)],
    );
    const irqs = model.irqs.flatMap((irq, index) =>
      irq.kind === 'absent' || irq.count === 0 ? [] : [{ index, name: irq.name, count: irq.count }],
    );
    return { deviceApi: model.deviceApi, regions, irqs };
  } catch {
    return { deviceApi: 'vfio-platform', regions: [], irqs: [] };
  }
}

function recordedRegion(index: number, region: Region): RecordedRegion {
  const { name, size, flags } = region;
  const registers = registersOf(region);
  const recorded = { index, name, size, flags };
  return registers.length === 0 ? recorded : { ...recorded, registers };
}

function registersOf(region: Region): readonly RecordedRegister[] {
  const registers: RecordedRegister[] = [];
  const end = Math.min(region.size, SEARCHED_BYTES);
  let offset = 0;
  while (offset < end && registers.length < MAX_REGISTERS) {
    const place = region.placeAt(offset);
    if (place.kind === 'register' && place.width > 0) {
      const register = { name: place.name, offset: place.offset, width: place.width };
      if (isRegister(register, region.size)) {
        registers.push(register);
      }
      offset = Math.max(place.offset + place.width, offset + 1);
    } else {
      offset += offset < DENSE_BYTES ? 1 : 4;
    }
  }
  return registers;
}
