import {
  bindIrqs,
  irqCallback,
  MdevHost,
  write32,
  write64,
  type MdevHostOptions,
} from '@mdevkit/core';
import { CopyDescriptor, copyRegisters, STATUS_DONE, STATUS_FAULT } from './copy-abi.js';
import { copyDriver } from './copier.js';

/** Where the device sees the client's memory. The client chooses; each map is whole pages. */
const JOB = 0x1000n;
const SOURCE = 0x10000n;
const TARGET = 0x20000n;
const PAGE = 4096;

const statusNames = new Map([
  [STATUS_DONE, 'done'],
  [STATUS_FAULT, 'fault'],
]);

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  await using host = new MdevHost(options);
  await host.load(copyDriver);
  const { uuid } = await host.create({ parent: 'copy0', type: 'copy-engine' });
  await using device = await host.open(uuid);
  await bindIrqs(device, 0, [
    irqCallback(() => {
      print('  interrupt');
    }),
  ]);
  const events = device.events();

  const job = new Uint8Array(PAGE);
  const source = new Uint8Array(PAGE);
  const target = new Uint8Array(PAGE);
  await device.dmaMap({ iova: JOB, memory: job });
  await device.dmaMap({ iova: SOURCE, memory: source, write: false });
  await device.dmaMap({ iova: TARGET, memory: target });
  await write64(device, 0, copyRegisters.offsetOf('JOB'), JOB);

  async function copy(from: bigint, to: bigint, length: number): Promise<void> {
    print(`copy ${length} bytes from ${hex(from)} to ${hex(to)}`);
    job.set(CopyDescriptor.encode({ source: from, target: to, length }));
    await write32(device, 0, copyRegisters.offsetOf('DOORBELL'), 0);
    const { status } = CopyDescriptor.decode(job);
    print(`  status: ${statusNames.get(status) ?? status}`);
  }

  async function printFault(): Promise<void> {
    const { value } = await events.next();
    if (value?.kind === 'fault') {
      print(`  event: fault, ${value.access} of ${value.length} bytes at ${hex(value.iova)}`);
    }
  }

  source.set(new TextEncoder().encode('moved by the device'));
  await copy(SOURCE, TARGET, 19);
  print(`  the target holds: ${new TextDecoder().decode(target.subarray(0, 19))}`);

  print('the source may only be read by the device:');
  await copy(TARGET, SOURCE, 19);
  await printFault();

  print(`the target is unmapped: ${await device.dmaUnmap(TARGET, PAGE)} bytes`);
  await copy(SOURCE, TARGET, 19);
  await printFault();

  const { bytesRead, bytesWritten, faults } = host.info(uuid).counters;
  print(`counters: ${bytesRead} bytes read, ${bytesWritten} written, ${faults} faults`);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
