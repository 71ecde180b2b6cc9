import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { manifestPath, parseTamper, type Tamper } from '@mdevkit/example-doe';

export const usage = `usage: npm run -s example:attest -- [--json] [--tamper WHAT | --socket PATH [--manifest FILE]]

Attests a device through its DOE Capability: who it is, and what it runs. Ends with 0 for a device that is trusted, 1
for one that is refused, and 2 if it could not be asked.

  --socket PATH    a device of another process, such as that of example:doe; one of this process without it
  --manifest FILE  what its maker says of a good one: roots and measurements; PATH.manifest.json by default
  --tamper WHAT    measurement, certificate, nonce or chain: makes a device that is not what it should be
  --json           print one JSON object
`;

export interface Options {
  readonly help: boolean;
  readonly json: boolean;
  readonly tamper: Tamper | undefined;
  /** Where the device is, and the file that its maker wrote. */
  readonly remote: { readonly socket: string; readonly manifest: string } | undefined;
}

/** Parses a command line; paths are relative to `cwd`. Throws a TypeError that says what is wrong with it. */
export function parseOptions(args: readonly string[], cwd: string): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      tamper: { type: 'string' },
      socket: { type: 'string' },
      manifest: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { help, json, socket, manifest } = values;
  if (socket === '' || manifest === '') {
    throw new TypeError('--socket and --manifest need a path');
  }
  if (manifest !== undefined && socket === undefined) {
    throw new TypeError('--manifest belongs to --socket');
  }
  const tamper = parseTamper(values.tamper);
  if (tamper !== undefined && socket !== undefined) {
    throw new TypeError(
      'a device of another process is tampered with there: npm run -s example:doe -- --tamper …',
    );
  }
  const path = socket === undefined ? undefined : resolve(cwd, socket);
  return {
    help,
    json,
    tamper,
    remote:
      path === undefined
        ? undefined
        : {
            socket: path,
            manifest: manifest === undefined ? manifestPath(path) : resolve(cwd, manifest),
          },
  };
}
