import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';

export function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
}

/** Skips a test where the program is not there, and says so. */
export function needOpenssl(context: Context): void {
  if (hasOpenssl()) return;
  context.test!.title += ' [skipped: no openssl(1) here]';
  context.skip();
}

/** What openssl(1) writes, given that input. */
export function openssl(input: Uint8Array, ...args: readonly string[]): Uint8Array {
  return new Uint8Array(
    execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'ignore'] }),
  );
}

/** What openssl(1) writes when it is given nothing, as text. */
export function opensslText(...args: readonly string[]): string {
  return Buffer.from(openssl(new Uint8Array(0), ...args)).toString();
}

/** Whether openssl(1) succeeds. */
export function opensslAgrees(input: Uint8Array, ...args: readonly string[]): boolean {
  return spawnSync('openssl', args, { input, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}

/** A directory for the time of the call, and a function that writes a file into it and returns its path. */
export function withFiles<T>(
  use: (write: (name: string, content: string | Uint8Array) => string) => T,
): T {
  const directory = mkdtempSync(join(tmpdir(), 'spdm-'));
  try {
    return use((name, content) => {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The hash of bytes, by openssl(1). */
export function digest(name: string, bytes: Uint8Array): Uint8Array {
  return openssl(bytes, 'dgst', `-${name}`, '-binary');
}

/** HMAC, by openssl(1). */
export function mac(name: string, key: Uint8Array, data: Uint8Array): Uint8Array {
  const options = ['-digest', name, '-macopt', `hexkey:${hexOf(key)}`, '-binary'];
  return openssl(data, 'mac', ...options, 'HMAC');
}

/** HKDF-Expand, by openssl(1). */
export function expand(
  name: string,
  key: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const options = [`digest:${name}`, 'mode:EXPAND_ONLY', `hexkey:${hexOf(key)}`];
  return kdf(length, ...options, `hexinfo:${hexOf(info)}`);
}

/** HKDF-Extract, by openssl(1). */
export function extract(name: string, salt: Uint8Array, key: Uint8Array): Uint8Array {
  const options = [`digest:${name}`, 'mode:EXTRACT_ONLY', `hexkey:${hexOf(key)}`];
  return kdf(salt.length, ...options, `hexsalt:${hexOf(salt)}`);
}

function kdf(length: number, ...options: readonly string[]): Uint8Array {
  const pairs = options.flatMap((option) => ['-kdfopt', option]);
  return openssl(new Uint8Array(0), 'kdf', '-keylen', String(length), ...pairs, '-binary', 'HKDF');
}
