import {
  bindIrqs,
  irqCallback,
  MdevHost,
  ProcessAddressSpace,
  read32,
  write32,
  write64,
  type Device,
  type MdevHostOptions,
} from '@mdevkit/core';
import { adderDriver, adderRegisters, STATUS_DONE, STATUS_FAULT } from './adder.js';

const statusNames = new Map([
  [STATUS_DONE, 'done'],
  [STATUS_FAULT, 'fault'],
]);

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  // The memory of this program, as devices see it. JavaScript has no pointers: registering a buffer gives one.
  const memory = new ProcessAddressSpace({
    onFault: ({ iova, access }) => {
      print(`  page request: ${access}`);
      memory.populate(iova);
      return 'success';
    },
  });
  const prices = Uint8Array.of(10, 20, 30, 40);
  const totals = new Uint8Array(4);
  const source = memory.register(prices, { write: false });
  const target = memory.register(totals);
  const late = memory.register(new Uint8Array(4).fill(100), { present: false });

  await using host = new MdevHost(options);
  await host.load(adderDriver);
  const { uuid } = await host.create({ parent: 'adder0', type: 'adder-vector' });
  await using device = await host.open(uuid);
  let onInterrupt = (): void => undefined;
  await bindIrqs(device, 0, [
    irqCallback(() => {
      onInterrupt();
    }),
  ]);

  async function add(what: string, from: number, length: number): Promise<void> {
    const done = new Promise<void>((resolve) => {
      onInterrupt = resolve;
    });
    await write64(device, 0, adderRegisters.offsetOf('SOURCE'), BigInt(from));
    await write64(device, 0, adderRegisters.offsetOf('TARGET'), BigInt(target));
    await write(device, 'LENGTH', length);
    print(`add ${what}`);
    await write(device, 'DOORBELL', 1);
    await done;
    const status = await read32(device, 0, adderRegisters.offsetOf('STATUS'));
    print(`  ${statusNames.get(status) ?? status}; totals: ${totals.join(' ')}`);
  }

  // From here on the device reaches what is registered, by the program's own addresses. Nothing is mapped by hand.
  const binding = await device.bind(memory);
  await write(device, 'PASID', binding.pasid);
  await add('prices', source, 4);
  await add('the last two prices, by a pointer into the buffer', source + 2, 2);
  await add('a buffer that comes when it is asked for', late, 4);
  await add('one byte more than the buffer has', source, 5);

  await binding.unbind();
  await add('prices, after the process is unbound', source, 4);

  const { active, leaked } = host.parentInfo('adder0').pasids;
  print(`PASIDs of the parent: ${active} in use, ${leaked} given up`);
}

async function write(
  device: Device,
  name: 'PASID' | 'LENGTH' | 'DOORBELL',
  value: number,
): Promise<void> {
  await write32(device, 0, adderRegisters.offsetOf(name), value);
}
