import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { manifestPath } from './manifest.js';
import { tampers, type Tamper } from './tamper.js';

export const usage = `usage: npm run -s example:doe -- [--socket PATH] [--spdm-listen PORT] [--type TYPE] [--tamper WHAT]

Serves a device with DOE Capabilities until it is interrupted.

  --socket PATH       over vfio-user, for QEMU and for example:attest; what a verifier has to know of it is
                      written to PATH.manifest.json, or where --manifest says
  --spdm-listen PORT  its CMA features over TCP on 127.0.0.1, in the framing of spdm-emu (--trans PCI_DOE)
  --type TYPE         of the device behind --socket: function (the default), which has a manifest, or cxl-type3,
                      which stock cxl_pci binds and nobody attests
  --tamper WHAT       measurement, certificate, nonce or chain: a device that is not what it should be
  --manifest FILE     where the manifest goes
  --root FILE         where the root certificate goes, in DER, as spdm-emu wants it
`;

export type DemoType = 'function' | 'cxl-type3';

export interface Options {
  readonly help: boolean;
  readonly socket: string | undefined;
  readonly manifest: string | undefined;
  readonly root: string | undefined;
  readonly spdmPort: number | undefined;
  readonly type: DemoType;
  readonly tamper: Tamper | undefined;
}

/** Parses a command line; paths are relative to `cwd`. Throws a TypeError that says what is wrong with it. */
export function parseOptions(args: readonly string[], cwd: string): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      socket: { type: 'string' },
      'spdm-listen': { type: 'string' },
      type: { type: 'string', default: 'function' },
      tamper: { type: 'string' },
      manifest: { type: 'string' },
      root: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const socket = path('--socket', values.socket, cwd);
  const spdmPort = portOf(values['spdm-listen']);
  if (!values.help && socket === undefined && spdmPort === undefined) {
    throw new TypeError('--socket PATH or --spdm-listen PORT is needed: where the device is found');
  }
  const type = typeOf(values.type);
  const tamper = parseTamper(values.tamper);
  if (type === 'cxl-type3' && tamper !== undefined) {
    throw new TypeError('--tamper is for a function: a cxl-type3 device proves nothing');
  }
  const beside = type === 'function' && socket !== undefined ? manifestPath(socket) : undefined;
  return {
    help: values.help,
    socket,
    manifest: path('--manifest', values.manifest, cwd) ?? beside,
    root: path('--root', values.root, cwd),
    spdmPort,
    type,
    tamper,
  };
}

/** Throws a TypeError for a word that is none of {@link tampers}. */
export function parseTamper(word: string | undefined): Tamper | undefined {
  const tamper = tampers.find((one) => one === word);
  if (word !== undefined && tamper === undefined) {
    throw new TypeError(`--tamper is one of ${tampers.join(', ')}, not ${word}`);
  }
  return tamper;
}

function path(name: string, value: string | undefined, cwd: string): string | undefined {
  if (value === '') {
    throw new TypeError(`${name} needs a path`);
  }
  return value === undefined ? undefined : resolve(cwd, value);
}

function portOf(word: string | undefined): number | undefined {
  const port = Number(word);
  if (word !== undefined && (!/^\d+$/.test(word) || port > 0xffff)) {
    throw new TypeError(`--spdm-listen is a TCP port, not ${word}`);
  }
  return word === undefined ? undefined : port;
}

function typeOf(word: string): DemoType {
  if (word !== 'function' && word !== 'cxl-type3') {
    throw new TypeError(`--type is function or cxl-type3, not ${word}`);
  }
  return word;
}
