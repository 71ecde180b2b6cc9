import { ATTACH_READ, ATTACH_WRITE } from '../../abi/index.js';

/** What the commands of a context may do. */
export type Access = 'read' | 'write' | 'read-write';

/** As `attach` takes it. */
export function attachFlags(access: Access): number {
  switch (access) {
    case 'read':
      return ATTACH_READ;
    case 'write':
      return ATTACH_WRITE;
    case 'read-write':
      return ATTACH_READ | ATTACH_WRITE;
  }
}
