import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { qemuCommand } from '@mdevkit/example-edu';
import { interposersFromEnvironment, type EnvironmentInterposers } from '@mdevkit/testing';
import { cxlBus } from './cxl-bus.js';
import { makeDemo, type Demo } from './demo.js';
import { manifestPath, writeManifest } from './manifest.js';
import { parseOptions, usage, type DemoType, type Options } from './options.js';
import { DemoServer } from './serve.js';

/** `npm run -s example:doe -- --help` says what it does. */
async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  let around: EnvironmentInterposers;
  try {
    // npm changes the folder, and tells where it was called.
    options = parseOptions(args, process.env['INIT_CWD'] ?? '.');
    around = interposersFromEnvironment();
  } catch (error) {
    return failed(2, error);
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const stopped = Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map((name) => once(process, name)));
  try {
    const demo = await makeDemo(options.tamper);
    await using server = await DemoServer.start(demo, { interposers: around.interposers });
    if (options.socket !== undefined) {
      await server.serveDevice(options.socket, options.type);
    }
    // What cannot be served leaves the manifest of another one alone.
    await using _published = await publish(options, demo);
    if (options.socket !== undefined) {
      process.stdout.write(`${commandOf(options.socket, options.type)}\n`);
    }
    if (options.spdmPort !== undefined) {
      const port = await server.serveSpdm(options.spdmPort);
      process.stdout.write(`SPDM over TCP: 127.0.0.1 port ${port}\n`);
    }
    await stopped;
  } catch (error) {
    return failed(1, error);
  } finally {
    around.report().forEach(warn);
  }
  return 0;
}

function commandOf(socket: string, type: DemoType): string {
  return type === 'cxl-type3' ? qemuCommand(socket, cxlBus) : qemuCommand(socket);
}

/** Writes manifest and root. A manifest that lies beside the socket goes with it: the keys that it speaks of are gone then. */
async function publish({ socket, manifest, root }: Options, demo: Demo): Promise<AsyncDisposable> {
  if (manifest !== undefined) {
    await writeManifest(manifest, demo.manifest);
  }
  if (root !== undefined) {
    await writeFile(root, demo.root);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      if (socket !== undefined && manifest === manifestPath(socket)) {
        await rm(manifest, { force: true });
      }
    },
  };
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

function failed(code: number, error: unknown): number {
  warn(`doe: ${error instanceof Error ? error.message : String(error)}`);
  return code;
}

process.exitCode = await main(process.argv.slice(2));
