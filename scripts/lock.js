import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.js';
import { root } from './root.js';
import { say } from './say.js';

const checkout = createHash('sha256').update(root).digest('hex').slice(0, 16);
const lockFile = join(tmpdir(), `mdevkit-${String(userInfo().uid)}-${checkout}.lock`);

/**
 * Runs `work` while no other command of this checkout installs or builds. The lock is outside the
 * checkout because an install removes `node_modules` whole. A lock whose holder is gone is taken over.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  const mine = `${processIdentity(process.pid) ?? ''} ${randomUUID()}`;
  await acquire(mine);
  try {
    return await work();
  } finally {
    if (holder() === mine) {
      rmSync(lockFile, { force: true });
    }
  }
}

/**
 * @param {string} mine
 * @returns {Promise<void>}
 */
async function acquire(mine) {
  let told = false;
  while (!claim(mine)) {
    const current = holder();
    if (current === undefined) {
      continue;
    }
    if (!isAlive(current)) {
      bury(current);
      continue;
    }
    if (!told) {
      say(`waiting for another command (process ${current.split(' ', 1)[0] ?? ''})`);
      told = true;
    }
    await sleep(100);
  }
}

/**
 * Linking a file that is already written makes the lock appear with its content, or not at all.
 *
 * @param {string} mine
 * @returns {boolean}
 */
function claim(mine) {
  const draft = `${lockFile}.${randomUUID()}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) {
      return false;
    }
    throw error;
  } finally {
    rmSync(draft);
  }
}

/**
 * Removes a lock whose holder is dead. Two waiters may both try: the one who moved a lock that was
 * claimed in between puts it back.
 *
 * @param {string} dead
 * @returns {void}
 */
function bury(dead) {
  const grave = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, grave);
    if (readFileSync(grave, 'utf8') !== dead) {
      linkSync(grave, lockFile);
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT') && !isErrno(error, 'EEXIST')) {
      throw error;
    }
  } finally {
    rmSync(grave, { force: true });
  }
}

/** @returns {string | undefined} */
function holder() {
  try {
    return readFileSync(lockFile, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * @param {string} content
 * @returns {boolean}
 */
function isAlive(content) {
  const [pid, started] = content.split(' ');
  return processIdentity(Number(pid)) === `${pid ?? ''} ${started ?? ''}`;
}

/**
 * @param {unknown} error
 * @param {string} code
 * @returns {boolean}
 */
function isErrno(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
