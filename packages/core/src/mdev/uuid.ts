import { failure } from '../errors/index.js';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The canonical (lower case) form of a UUID as a user writes it: 36 characters, a newline may follow.
 * Throws EINVAL `mdev.uuid`.
 *
 * Source: Linux drivers/vfio/mdev/mdev_sysfs.c, create_store.
 */
export function parseUuid(text: string): string {
  const line = text.length === 37 && text.endsWith('\n') ? text.slice(0, 36) : text;
  const uuid = line.toLowerCase();
  if (!pattern.test(uuid)) {
    throw failure('mdev.uuid', { text: text.slice(0, 64) });
  }
  return uuid;
}
