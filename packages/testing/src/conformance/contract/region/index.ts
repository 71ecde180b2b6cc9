import { group } from '../support/index.js';
import { boundsChecks } from './bounds.js';
import { contentChecks } from './content.js';
import { mmapChecks } from './mmap.js';
import { mmapMemoryChecks } from './mmap-memory.js';
import { registerChecks } from './registers.js';
import { twinChecks } from './twins.js';
import { widthChecks } from './widths.js';

/** What a client reads, writes and maps. */
export const regionGroup = group('region', [
  ...boundsChecks,
  ...widthChecks,
  ...contentChecks,
  ...registerChecks,
  ...twinChecks,
  ...mmapChecks,
  ...mmapMemoryChecks,
]);
