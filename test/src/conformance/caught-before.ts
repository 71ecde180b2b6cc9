import { existsSync, readFileSync } from 'node:fs';
import { documentUrl } from './document-url.js';

/** By the name of a mutant, the check that caught it when docs/reference/conformance.md was written. */
export function caughtBefore(): ReadonlyMap<string, string> {
  const page = existsSync(documentUrl) ? readFileSync(documentUrl, 'utf8') : '';
  const rows = page.matchAll(/^\| `([^`]+)` +\| .* \| `([^`]+)` +\|$/gm);
  return new Map([...rows].map(([, mutant = '', check = '']) => [mutant, check]));
}
