import { VFIO_DEVICE_FEATURE_GET } from '@mdevkit/uapi';
import { settled } from '../errors/outcome.test-support.js';
import type { Device } from './contract.js';
import { STATES } from './migration/migration.test-support.js';

/** Every call of the contract; `state` says which of them a device that cannot work still answers. */
const calls: readonly [name: string, always: boolean, run: (device: Device) => Promise<unknown>][] =
  [
    ['info', true, (device) => device.info()],
    ['regionInfo', true, (device) => device.regionInfo(0)],
    ['irqInfo', true, (device) => device.irqInfo(0)],
    ['dmaMap', true, (device) => device.dmaMap({ iova: 0, memory: new Uint8Array(4096) })],
    ['dmaUnmap', true, (device) => device.dmaUnmap(0, 4096)],
    ['migrationState', true, (device) => device.migrationState()],
    ['setIrqs', false, (device) => device.setIrqs({ index: 3, flags: 0x21, start: 0, count: 1 })],
    ['read', false, (device) => device.read(0, 0, new Uint8Array(4))],
    ['write', false, (device) => device.write(0, 0, new Uint8Array(4))],
    ['mmap', false, (device) => device.mmap(0, 0, 4096)],
    ['feature', false, (device) => device.feature(2 | VFIO_DEVICE_FEATURE_GET, new Uint8Array(8))],
    ['setMigrationState', false, (device) => device.setMigrationState(STATES.STOP)],
  ];

export async function refusals(device: Device): Promise<string[]> {
  const answers: string[] = [];
  for (const [name, , run] of calls) {
    const answer = await settled(() => run(device));
    answers.push(`${name}: ${typeof answer === 'string' ? answer : 'answers'}`);
  }
  return answers;
}

export function all(answer: string): string[] {
  return calls.map(([name]) => `${name}: ${answer}`);
}

export function working(answer: string): string[] {
  return calls.map(([name, always]) => `${name}: ${always ? 'answers' : answer}`);
}
