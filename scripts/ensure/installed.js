import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../root.js';

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage */
/** @typedef {{ packages: Record<string, LockedPackage> }} PackageLock */

const lockPath = inRoot('package-lock.json');
const hiddenLockPath = inRoot('node_modules/.package-lock.json');
const stampPath = inRoot('node_modules/.mdevkit-lock');

/** @returns {boolean} whether what is installed is what `package-lock.json` says, by our own stamp */
export function isInstalled() {
  return existsSync(stampPath) && readFileSync(stampPath, 'utf8') === lockHash();
}

/** @returns {void} */
export function stampInstalled() {
  writeFileSync(stampPath, lockHash());
}

/**
 * Recognises an install that was made by hand, by the record that npm itself leaves. It saves the
 * newcomer who ran `npm install` first a second one.
 *
 * @returns {boolean}
 */
export function matchesRecordOfNpm() {
  if (!existsSync(hiddenLockPath)) {
    return false;
  }
  const installed = readLock(hiddenLockPath);
  return Object.entries(readLock(lockPath)).every(([path, wanted]) => {
    if (!path.includes('node_modules/') || wanted.optional === true) {
      return true;
    }
    const found = installed[path];
    return found !== undefined && found.version === wanted.version && found.link === wanted.link;
  });
}

/** @returns {string} */
function lockHash() {
  return createHash('sha256').update(readFileSync(lockPath)).digest('hex');
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage>}
 */
function readLock(path) {
  const lock = /** @type {PackageLock} */ (JSON.parse(readFileSync(path, 'utf8')));
  return lock.packages;
}
