import { caughtBefore } from './caught-before.js';
import { hunt, inOrder, likely, tally } from './hunt.js';
import { mutantGroups, pciHosts, platformHosts } from './mutants/index.js';
import { specimenWork } from './specimen/index.js';
import { survivors } from './survivors.js';

/*
 * Runs the kit over mutants and writes what came of each as a line of JSON. A process of its own, because a mutant leaks,
 * rejects and throws where nobody listens. Arguments: which part of how many; `fresh` to start with the checks that are
 * meant for the kind of mutant, instead of with the one that caught it the last time; the names of mutants, or all. A mutant that
 * is listed as a survivor is run over the checks that are meant for its kind, and with `fresh` over all.
 */
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const [first = '0', of = '1', fresh = '', ...names] = process.argv.slice(2);
const part = Number(first);
const parts = Number(of);
const work = specimenWork;
const before = fresh === 'fresh' ? new Map<string, string>() : caughtBefore();

const specimens = [
  { specimen: 'vfio-platform', makeHost: platformHosts },
  { specimen: 'vfio-pci', makeHost: pciHosts },
];
for (const [i, { specimen, makeHost }] of specimens.entries()) {
  if (names.length === 0 && i % parts === part) {
    say({ specimen, ...(await tally(makeHost, { work })) });
  }
}
const all = mutantGroups.flatMap(({ mutants, expect }) =>
  mutants.map((mutant) => ({ ...mutant, expect })),
);
for (const [i, { name, makeHost, expect }] of all.entries()) {
  if (names.length > 0 ? names.includes(name) : i % parts === part) {
    const isBrief = fresh !== 'fresh' && survivors.has(name);
    const checks = isBrief ? likely(expect) : inOrder(before.get(name), expect);
    say({ name, ...(await hunt(makeHost, { work }, checks)) });
  }
}
process.exit();
