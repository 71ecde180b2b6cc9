import { isDeviceApi } from '@mdevkit/core';
import { failure } from '../errors.js';
import type { Item } from './encode-entry.js';
import {
  RECORDING_VERSION,
  type RecordedIrqIndex,
  type RecordedRegion,
  type RecordedRegister,
  type RecordingHeader,
} from './entry.js';
import { Fields } from './fields.js';
import { isRegister, MAX_REGISTERS } from './header-limits.js';
import { MAGIC } from './item-kinds.js';

/** [MAGIC, version, [uuid, type, parent], [api, regions, irqs]] */
export function headerItem({ version, mdev, device }: RecordingHeader): Item {
  const { deviceApi, regions, irqs } = device;
  return [
    MAGIC,
    version,
    [mdev.uuid, mdev.type, mdev.parent],
    [
      deviceApi,
      regions.map(({ index, name, size, flags, registers = [] }) => [
        index,
        name,
        size,
        flags,
        registers.map(({ name: register, offset, width }) => [register, offset, width]),
      ]),
      irqs.map(({ index, name, count }) => [index, name, count]),
    ],
  ];
}

/** Throws `recording.version` for another version, `recording.format` for anything else. */
export function parseHeader(value: unknown, offset: number): RecordingHeader {
  const fields = Fields.of(value, offset);
  if (fields.text() !== MAGIC) {
    throw fields.problem('this is no recording');
  }
  const version = fields.count();
  if (version !== RECORDING_VERSION) {
    throw failure('recording.version', { offset, version, known: RECORDING_VERSION });
  }
  const mdev = fields.list();
  const device = fields.list();
  fields.end();
  const identity = { uuid: mdev.text(), type: mdev.text(), parent: mdev.text() };
  mdev.end();
  const deviceApi = device.text();
  if (!isDeviceApi(deviceApi)) {
    throw fields.problem('there is no such device api');
  }
  const regions = device.list().map(parseRegion);
  const irqs = device.list().map(parseIrq);
  device.end();
  return { version, mdev: identity, device: { deviceApi, regions, irqs } };
}

function parseRegion(fields: Fields): RecordedRegion {
  const region = {
    index: fields.count(),
    name: fields.text(),
    size: fields.count(),
    flags: fields.count(),
  };
  const rows = fields.list();
  fields.end();
  if (rows.length > MAX_REGISTERS) {
    throw fields.problem(`a region has more than ${MAX_REGISTERS} registers`);
  }
  const registers = rows.map((row) => parseRegister(row, region.size));
  return registers.length === 0 ? region : { ...region, registers };
}

function parseRegister(fields: Fields, size: number): RecordedRegister {
  const register = { name: fields.text(), offset: fields.count(), width: fields.count() };
  fields.end();
  if (!isRegister(register, size)) {
    throw fields.problem('a register is not inside of its region, or not of 1 to 8 bytes');
  }
  return register;
}

function parseIrq(fields: Fields): RecordedIrqIndex {
  const irq = { index: fields.count(), name: fields.text(), count: fields.count() };
  fields.end();
  return irq;
}
