import { once } from 'node:events';
import { makeDemo } from './demo.js';
import { writeManifest } from './manifest.js';
import { parseOptions, usage, type Options } from './options.js';
import { qemuArguments } from './qemu-arguments.js';
import { DemoServer } from './serve.js';

/** `npm run -s example:doe -- --help` says what it does. */
async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    // npm changes the folder, and tells where it was called.
    options = parseOptions(args, process.env['INIT_CWD'] ?? '.');
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
    await using server = await DemoServer.start(demo);
    if (options.manifest !== undefined) {
      await writeManifest(options.manifest, demo.manifest);
    }
    if (options.socket !== undefined) {
      await server.serveDevice(options.socket, options.type);
      process.stdout.write(`${qemuArguments(options.socket, options.type)}\n`);
    }
    if (options.spdmPort !== undefined) {
      const port = await server.serveSpdm(options.spdmPort);
      process.stdout.write(`SPDM over TCP: 127.0.0.1 port ${port}\n`);
    }
    await stopped;
  } catch (error) {
    return failed(1, error);
  }
  return 0;
}

function failed(code: number, error: unknown): number {
  process.stderr.write(`doe: ${error instanceof Error ? error.message : String(error)}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2));
