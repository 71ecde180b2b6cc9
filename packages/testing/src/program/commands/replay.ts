import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ManualClock, MdevHost, nodeImporter } from '@mdevkit/core';
import { replay, replayInto, type ReplayResult } from '../../replay/index.js';
import { type Recording } from '../../record/index.js';
import { VfioUserDevice } from '@mdevkit/vfio-user';
import { requireFiles, UsageError, type Command } from './command.js';
import { tellDifferences } from './diff.js';
import { readRecordingFile, truncatedOption } from './read-file.js';

export const replayCommand: Command = {
  usage: [
    'replay FILE --driver DRIVER    replays a recording into a new mdev of its type; DRIVER is an npm',
    '                               package, or the path of a module with a driver as its default export,',
    '                               or as the only driver among its exports',
    'replay FILE --socket PATH      replays a recording as a client of the vfio-user server at PATH',
    '                               exit code 1 if anything is not as it was recorded',
  ],
  run: async (args, output) => {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { driver: { type: 'string' }, socket: { type: 'string' }, ...truncatedOption },
    });
    const [path = ''] = requireFiles(positionals, 'FILE');
    const { driver, socket } = values;
    if ((driver === undefined) === (socket === undefined)) {
      throw new UsageError('expected: --driver DRIVER or --socket PATH');
    }
    const recording = readRecordingFile(path, values);
    const { calls, leftOut, differences } =
      socket === undefined
        ? await intoDriver(recording, driver ?? '')
        : await ontoSocket(recording, socket);
    output.out(`${calls} calls${leftOut === 0 ? '' : `, ${leftOut} left out`}`);
    return tellDifferences(differences, output);
  },
};

/** Packages are looked for as from a file where the program was called. */
const here = pathToFileURL(resolve('package.json')).href;

/** In time of its own: what took minutes takes none. */
async function intoDriver(recording: Recording, driver: string): Promise<ReplayResult> {
  const clock = new ManualClock();
  await using host = new MdevHost({ clock, importer: nodeImporter(here) });
  await load(host, driver);
  const { type, parent } = recording.header.mdev;
  const offers = host.types.filter(({ id }) => id === type);
  const offer = offers.find((each) => each.parent === parent) ?? offers[0];
  if (offer === undefined) {
    throw new UsageError(`${driver} has no type ${type}`);
  }
  const advance = (ms: number): void => {
    clock.advance(ms);
  };
  return await replayInto(recording, host, { parent: offer.parent, type }, { advance });
}

async function load(host: MdevHost, driver: string): Promise<void> {
  if (!existsSync(driver)) {
    await host.loadPackage(driver);
    return;
  }
  const module = (await import(pathToFileURL(resolve(driver)).href)) as Record<string, unknown>;
  await host.load(driverOf(driver, module));
}

type Driver = Parameters<MdevHost['load']>[0];

/** The default export, or the only driver that there is under any name. */
function driverOf(path: string, module: Readonly<Record<string, unknown>>): Driver {
  const drivers = [...new Set(Object.values(module).filter(isDriver))];
  if (isDriver(module['default'])) {
    return module['default'];
  }
  const [driver] = drivers;
  if (driver === undefined || drivers.length > 1) {
    throw new UsageError(
      `${path} has no driver as its default export, and ${drivers.length} under other names`,
    );
  }
  return driver;
}

/** By shape: a module may bring its own copy of inversify. */
function isDriver(value: unknown): value is Driver {
  return (
    typeof value === 'object' &&
    value !== null &&
    'load' in value &&
    typeof value.load === 'function' &&
    'id' in value
  );
}

async function ontoSocket(recording: Recording, path: string): Promise<ReplayResult> {
  await using device = await VfioUserDevice.connect(path);
  return await replay(recording, device, { events: false, sharedMemory: true });
}
