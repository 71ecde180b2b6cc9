import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** What the maker of a device publishes, so that others can tell a good one: they get it on a way that they trust. */
export interface Manifest {
  /** PEM. */
  readonly roots: readonly string[];
  /** By index, what is measured on a good device: hexadecimal digits. */
  readonly measurements: Readonly<Record<string, string>>;
}

/** Where the example writes the manifest of the device behind a socket. */
export function manifestPath(socket: string): string {
  return `${socket}.manifest.json`;
}

export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** Throws what reading the file throws, and a TypeError for what is no manifest. */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TypeError(`${path} is no JSON`, { cause: error });
  }
  if (!isManifest(value)) {
    throw new TypeError(`${path} is no manifest: it needs "roots" and "measurements"`);
  }
  return value;
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'roots' in value &&
    'measurements' in value &&
    Array.isArray(value.roots) &&
    value.roots.every(isText) &&
    typeof value.measurements === 'object' &&
    value.measurements !== null &&
    !Array.isArray(value.measurements) &&
    Object.values(value.measurements).every(isText)
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function toPem(certificate: Uint8Array): string {
  return new X509Certificate(certificate).toString();
}
