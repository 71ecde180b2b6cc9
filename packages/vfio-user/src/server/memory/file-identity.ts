import { fstatSync } from 'node:fs';

/** Which file a descriptor leads to, whatever its number; undefined for memory without one. */
export type FileIdentity = string | undefined;

export function fileIdentity(fd: number | undefined): FileIdentity {
  if (fd === undefined) {
    return undefined;
  }
  // Inode numbers use all of their 64 bits on some file systems.
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return `${dev.toString()}:${ino.toString()}`;
}
