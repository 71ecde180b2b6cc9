import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { REFERENCE_PATH } from './docs/reference-path.js';
import { uapiMarkdown } from './document.js';

mkdirSync(dirname(REFERENCE_PATH), { recursive: true });
writeFileSync(REFERENCE_PATH, uapiMarkdown());
console.log(`wrote ${REFERENCE_PATH}`);
