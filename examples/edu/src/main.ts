import { once } from 'node:events';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { interposersFromEnvironment, type EnvironmentInterposers } from '@mdevkit/testing';
import { qemuCommand } from './qemu-command.js';
import { serve } from './serve.js';

/** `npm run -s example:edu -- --socket PATH`: serves an edu device until SIGTERM or SIGINT. */
async function main(): Promise<number> {
  let path: string;
  let around: EnvironmentInterposers;
  try {
    const { values } = parseArgs({ options: { socket: { type: 'string' } } });
    if (values.socket === undefined || values.socket === '') {
      throw new TypeError('--socket PATH is needed: where the device is to be found');
    }
    // npm changes the folder, and tells where it was called.
    path = resolve(process.env['INIT_CWD'] ?? '.', values.socket);
    around = interposersFromEnvironment();
  } catch (error) {
    return failed(2, error);
  }
  const stopped = Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map((name) => once(process, name)));
  try {
    await using _device = await serve(path, warn, { interposers: around.interposers });
    process.stdout.write(`${qemuCommand(path)}\n`);
    await stopped;
  } catch (error) {
    return failed(1, error);
  } finally {
    around.report().forEach(warn);
  }
  return 0;
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

function failed(code: number, error: unknown): number {
  warn(`edu: ${error instanceof Error ? error.message : String(error)}`);
  return code;
}

process.exitCode = await main();
