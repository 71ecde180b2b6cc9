import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from '../measure/index.js';
import { plot } from '../plot/index.js';
import { performanceDocument } from './document.js';
import { gatherFacts, ROOT } from './facts.js';

/** Writes docs/performance.md and docs/performance.svg. */
export async function writeDocument(outcomes: readonly Outcome[]): Promise<void> {
  const withQemu = outcomes.some(
    ({ benchmark, results }) => benchmark.name.startsWith('guest.') && results.length > 0,
  );
  const text = performanceDocument(outcomes, await gatherFacts(withQemu));
  await writeFile(join(ROOT, 'docs/performance.md'), text);
  await writeFile(
    join(ROOT, 'docs/performance.svg'),
    plot(outcomes.flatMap(({ results }) => results)),
  );
}
