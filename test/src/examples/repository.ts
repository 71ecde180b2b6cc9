import { fileURLToPath } from 'node:url';

/** An absolute path, from one that starts at the folder of the repository. */
export function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
