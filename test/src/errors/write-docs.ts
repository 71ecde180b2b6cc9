import { writeFileSync } from 'node:fs';
import { catalogues } from './catalogues.js';
import { documentUrl, errorsMarkdown } from './document.js';

writeFileSync(documentUrl, errorsMarkdown(catalogues));
