import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ManualClock, MdevHost, nodeImporter } from '@mdevkit/core';
import { replay, replayInto, type Recording, type ReplayResult } from '@mdevkit/testing';
import { VfioUserDevice } from '@mdevkit/vfio-user';
import { requireFiles, UsageError, type Command } from './command.js';
import { tellDifferences } from './diff.js';
import { readRecordingFile } from './read-file.js';

export const replayCommand: Command = {
  usage: [
    'replay FILE --driver DRIVER    replays a recording into a new mdev of its type; DRIVER is an npm',
    '                               package, or the path of a module with a driver as its default export',
    'replay FILE --socket PATH      replays a recording as a client of the vfio-user server at PATH',
    '                               exit code 1 if anything is not as it was recorded',
  ],
  run: async (args, output) => {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { driver: { type: 'string' }, socket: { type: 'string' } },
    });
    const [path = ''] = requireFiles(positionals, 'FILE');
    const { driver, socket } = values;
    if ((driver === undefined) === (socket === undefined)) {
      throw new UsageError('expected: --driver DRIVER or --socket PATH');
    }
    const recording = readRecordingFile(path);
    const { calls, leftOut, differences } =
      socket === undefined
        ? await intoDriver(recording, driver ?? '')
        : await ontoSocket(recording, socket);
    output.out(`${calls} calls${leftOut === 0 ? '' : `, ${leftOut} left out`}`);
    return tellDifferences(differences, output);
  },
};

/** In time of its own: what took minutes takes none. */
async function intoDriver(recording: Recording, driver: string): Promise<ReplayResult> {
  const clock = new ManualClock();
  await using host = new MdevHost({ clock, importer: nodeImporter(import.meta.url) });
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
  const loaded = (await import(pathToFileURL(resolve(driver)).href)) as {
    readonly default?: Parameters<MdevHost['load']>[0];
  };
  if (loaded.default === undefined) {
    throw new UsageError(`${driver} has no default export`);
  }
  await host.load(loaded.default);
}

async function ontoSocket(recording: Recording, path: string): Promise<ReplayResult> {
  await using device = await VfioUserDevice.connect(path);
  return await replay(recording, device, { events: false, sharedMemory: true });
}
