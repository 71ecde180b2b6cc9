import { conformanceGroups } from '@mdevkit/testing/conformance';
import type { Campaign } from './campaign.js';
import type { DriverCount } from './drivers.js';
import { allChecks } from './hunt.js';
import { markdownTable } from '../markdown-table.js';
import { heldOutMutants, mutants } from './mutants/index.js';

const introduction = `# The conformance kit

What \`describeDriverConformance\` of \`@mdevkit/testing/conformance\` asks of a driver. A check that does not apply to a
device is skipped.

\`node test/dist/conformance/write-docs.js\` writes this page: it runs the kit over the drivers of this repository, and over
devices with one planted defect each.`;

/** What became of the defects that were planted to see how good the checks are. */
const unseen = { caughtAtFirst: 7, inTable: heldOutMutants.length, equivalent: 4, unknowable: 3 };
const heldOut = { ...unseen, all: unseen.inTable + unseen.equivalent + unseen.unknowable };

/** What runs against each driver. */
export function driverSection(counts: readonly DriverCount[]): string {
  const rows = counts.map(({ driver, run, skipped }) => [driver, String(run), String(skipped)]);
  return `## Drivers\n\n${markdownTable(['Driver', 'Checks run', 'Skipped'], rows)}`;
}

/** What catches each mutant: the first check that failed. */
export function mutantSection(campaign: Campaign): string {
  const rows = mutants.map(({ name, rule }) => {
    const by = campaign.mutants.get(name)?.by;
    return [`\`${name}\``, rule, by === undefined ? 'survives' : `\`${by}\``];
  });
  const caught = rows.filter(([, , by]) => by !== 'survives').length;
  return `## Mutants

A reference device ([specimen](../../test/src/conformance/specimen)) passes every check. Each mutant is that device, or a host
of it, with one defect; the kit catches ${caught} of ${mutants.length}.

That number is no measure of what the kit misses: its checks were written with most of these defects in view. Of a set of
${heldOut.all} that nobody who wrote checks had seen when they were planted, the kit of that day caught ${heldOut.caughtAtFirst}. New
checks catch ${heldOut.inTable - heldOut.caughtAtFirst} more, and these ${heldOut.inTable} are in the table. Of the others, ${heldOut.equivalent} change nothing that
can be seen from outside, and ${heldOut.unknowable} cannot be told without knowing what the device is for: a message too early, a
message too many, a text that is kept by reference.

${markdownTable(['Mutant', 'What it breaks', 'Caught by'], rows)}`;
}

/** All checks by group. */
export function checkSection(): string {
  const groups = conformanceGroups.map(({ name, checks }) => {
    const rows = checks.map(({ id, title }) => [`\`${id}\``, title]);
    return `### ${name.charAt(0).toUpperCase()}${name.slice(1)}\n\n${markdownTable(['Check', 'Rule'], rows)}`;
  });
  return `## The ${allChecks.length} checks\n\n${groups.join('\n\n')}`;
}

/** `docs/reference/conformance.md`. */
export function conformanceMarkdown(campaign: Campaign, counts: readonly DriverCount[]): string {
  const sections = [introduction, driverSection(counts), mutantSection(campaign), checkSection()];
  return `${sections.join('\n\n')}\n`;
}
