import { once } from 'node:events';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { qemuCommand } from './qemu-command.js';
import { serve } from './serve.js';

/** `npm run -s example:edu -- --socket PATH`: serves an edu device until SIGTERM or SIGINT. */
async function main(): Promise<number> {
  let path: string;
  try {
    const { values } = parseArgs({ options: { socket: { type: 'string' } } });
    if (values.socket === undefined || values.socket === '') {
      throw new TypeError('--socket PATH is needed: where the device is to be found');
    }
    // npm changes the folder, and tells where it was called.
    path = resolve(process.env['INIT_CWD'] ?? '.', values.socket);
  } catch (error) {
    return failed(2, error);
  }
  const stopped = Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map((name) => once(process, name)));
  try {
    await using _device = await serve(path, (line) => void process.stderr.write(`${line}\n`));
    process.stdout.write(`${qemuCommand(path)}\n`);
    await stopped;
  } catch (error) {
    return failed(1, error);
  }
  return 0;
}

function failed(code: number, error: unknown): number {
  process.stderr.write(`edu: ${error instanceof Error ? error.message : String(error)}\n`);
  return code;
}

process.exitCode = await main();
