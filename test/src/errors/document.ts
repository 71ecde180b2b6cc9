import type { ReasonRow } from '@mdevkit/core';
import { markdownTable } from '../markdown-table.js';
import type { Catalogue } from './catalogues.js';

/** Where the document is, from this folder as it is built. */
export const documentUrl = new URL('../../../docs/reference/errors.md', import.meta.url);

const introduction = `# Errors

Every error that a caller can get is an \`MdevError\`: \`errno\` and \`code\` are what Linux answers in the
same situation, and \`reason\` names the exact rule that was broken. Reasons are stable; a program may
branch on them. The texts are for people and may change.

\`node test/dist/errors/write-docs.js\` writes this page from the catalogues of the packages.`;

const head = ['Reason', 'Errno', 'Meaning', 'Source'] as const;

/** `docs/reference/errors.md`: a section for each package, a table for each area of reasons. */
export function errorsMarkdown(catalogues: readonly Catalogue[]): string {
  const sections = catalogues.map(
    ({ packageName, reasons }) => `## ${packageName}\n\n${tables(reasons)}`,
  );
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

/** An area is what stands before the dot. */
function tables(reasons: Catalogue['reasons']): string {
  const areas = new Map<string, (readonly [string, ReasonRow])[]>();
  for (const entry of Object.entries(reasons)) {
    const [area = ''] = entry[0].split('.', 1);
    areas.set(area, [...(areas.get(area) ?? []), entry]);
  }
  return [...areas].map(([area, rows]) => `### ${area}\n\n${table(rows)}`).join('\n\n');
}

function table(rows: readonly (readonly [string, ReasonRow])[]): string {
  return markdownTable(
    head,
    rows.map(([reason, { errno, text, source }]) => [`\`${reason}\``, errno, text, source]),
  );
}
