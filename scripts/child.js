import { spawn } from 'node:child_process';
import { root } from './root.js';

/** @typedef {{ stdout?: 'inherit' | 'stderr', env?: Record<string, string | undefined> }} ChildOptions */

/** @type {readonly NodeJS.Signals[]} */
const forwarded = ['SIGTERM', 'SIGHUP', 'SIGINT'];

/**
 * Runs Node with `args` in the repository's folder, with our own stdin, stdout and stderr.
 *
 * Signals go on to the child, except an interrupt typed at a terminal, which the child has already
 * received because it is in the same group. A child that dies of a signal takes us along, by the same
 * signal, so that our parent sees what it would have seen without us.
 *
 * @param {readonly string[]} args
 * @param {ChildOptions} [options]
 * @returns {Promise<number>} the exit code
 */
export function runNode(args, options = {}) {
  return runProgram(process.execPath, args, options);
}

/**
 * As {@link runNode}, for any program.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {ChildOptions} [options]
 * @returns {Promise<number>}
 */
export function runProgram(program, args, { stdout = 'inherit', env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['inherit', stdout === 'stderr' ? 2 : 'inherit', 'inherit'],
    });
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) {
        child.kill(signal);
      }
    };
    for (const signal of forwarded) {
      process.on(signal, forward);
    }
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of forwarded) {
        process.off(name, forward);
      }
      if (signal === null) {
        resolve(code ?? 1);
      } else {
        process.kill(process.pid, signal);
      }
    });
  });
}

/**
 * Runs Node with `args` and keeps what it prints, for a report that is only shown when it failed.
 *
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
export function captureNode(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() });
    });
  });
}
