import {
  bindIrqs,
  irqCallback,
  MdevError,
  MdevHost,
  read32,
  write32,
  type Device,
  type MdevHostOptions,
} from '@mdevkit/core';
import { findVendorCapability, standardCapabilities } from '@mdevkit/pci';
import {
  PCI_COMMAND,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  VFIO_PCI_BAR0_REGION_INDEX as BAR0,
  VFIO_PCI_CONFIG_REGION_INDEX as CONFIG,
  VFIO_PCI_MSIX_IRQ_INDEX as MSIX,
} from '@mdevkit/uapi';
import { BELLS_CAPABILITY_ID, bellRegisters } from './bells-abi.js';
import { bellsDriver } from './bells.js';

const ID = bellRegisters.offsetOf('ID');
const RING = bellRegisters.offsetOf('RING');

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  await using host = new MdevHost(options);
  await host.load(bellsDriver);
  const { uuid } = await host.create({ parent: 'tower', type: 'bells-four' });
  await using device = await host.open(uuid);

  const config = await readConfig(device);
  print(`config space: ${config.length} bytes`);
  for (const { id, at } of standardCapabilities(config)) {
    print(`capability ${hex(id)} at ${hex(at)}`);
  }

  // A client recognises the device by its capability and learns from the version what it may
  // rely on: the number of bells came with version 2.
  const bells = findVendorCapability(config, BELLS_CAPABILITY_ID);
  const count = bells !== undefined && bells.version >= 2 ? (bells.payload[0] ?? 1) : 1;
  print(
    `vendor capability ${hex(BELLS_CAPABILITY_ID)}, version ${bells?.version ?? 0}: ${count} bells`,
  );

  // Out of reset a PCI function decodes nothing.
  try {
    await read32(device, BAR0, ID);
  } catch (error) {
    print(`BAR 0 before Memory Space Enable: ${MdevError.is(error) ? error.code : String(error)}`);
  }
  // The upper half of this word is the status register, where a written 0 changes nothing.
  await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_MEMORY);
  print(`BAR 0 after it: ID is ${hex(await read32(device, BAR0, ID))}`);

  const vectors = Array.from({ length: count }, (_, bell) =>
    irqCallback(() => {
      print(`  vector ${bell} fires`);
    }),
  );
  await bindIrqs(device, MSIX, vectors);
  print('MSI-X is bound');

  // A message is a write to memory, which a function may do with Bus Master Enable only.
  print('ring bell 2 without Bus Master Enable');
  await write32(device, BAR0, RING, 2);
  print('set Bus Master Enable: the message that waited is sent');
  await write32(device, CONFIG, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
  print('ring bell 0');
  await write32(device, BAR0, RING, 0);
}

async function readConfig(device: Device): Promise<Uint8Array> {
  const { size } = await device.regionInfo(CONFIG);
  const config = new Uint8Array(size);
  await device.read(CONFIG, 0, config);
  return config;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
