import {
  MdevHost,
  nodeImporter,
  read32,
  silentLogger,
  type Device,
  type Logger,
  type MdevHostOptions,
} from '@mdevkit/core';

export async function main(
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<void> {
  const logger: Logger = { ...silentLogger, info: print, child: () => logger };
  // Packages are found from this file: by the dependencies of the program that it is part of.
  await using host = new MdevHost({ ...options, logger, importer: nodeImporter(import.meta.url) });

  const drivers = await host.loadPackage('@mdevkit/example-driver-package');
  print(`loaded: ${drivers.join(', ')}`);
  for (const { name, id, parent, availableInstances } of host.types) {
    print(`${name}: type ${id} on ${parent}, ${availableInstances} available`);
  }

  await using first = await openWindow(host, 'north');
  await using second = await openWindow(host, 'north');
  await using other = await openWindow(host, 'south');
  print(`north, first window: ticket ${await draw(first)}`);
  print(`north, second window: ticket ${await draw(second)}`);
  print(`south: ticket ${await draw(other)}`);
  print(`north, first window: ticket ${await draw(first)}`);
}

async function openWindow(host: MdevHost, parent: string): Promise<Device> {
  const { uuid } = await host.create({ parent, type: 'tickets-window' });
  return host.open(uuid);
}

/** Reads NEXT, the only register. */
function draw(window: Device): Promise<number> {
  return read32(window, 0, 0);
}
