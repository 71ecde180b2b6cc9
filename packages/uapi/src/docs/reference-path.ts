import { join } from 'node:path';

/** Where the generated reference lies in the repository. */
export const REFERENCE_PATH = join(import.meta.dirname, '../../../../docs/reference/uapi.md');
