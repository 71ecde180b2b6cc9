import { open } from 'node:fs/promises';

/**
 * Opens a file for writing, as it is, and closes it again.
 *
 * @throws Error of the system if it cannot be written
 */
export async function requireWritable(file: string): Promise<void> {
  const handle = await open(file, 'a');
  await handle.close();
}
