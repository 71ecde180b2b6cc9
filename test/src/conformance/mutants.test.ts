import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { runCampaign, type Campaign } from './campaign.js';
import { documentUrl } from './document-url.js';
import { checkSection, mutantSection } from './document.js';
import {
  conformanceTests,
  driversIn,
  isConformanceTest,
  makesDriver,
  projectFolders,
  sourcesOf,
} from './drivers.js';
import { allChecks } from './hunt.js';
import { mutants } from './mutants/index.js';
import { survivors } from './survivors.js';

/** The kit over all of them, in processes of their own. */
const LIMIT_MS = 300_000;
const stale = 'conformance.md is stale: run node test/dist/conformance/write-docs.js';

describe('the conformance kit against planted defects (docs/reference/conformance.md)', () => {
  let campaign: Campaign;

  before(async function hunts() {
    this.timeout(LIMIT_MS);
    campaign = await runCampaign();
  });

  for (const kind of ['vfio-platform', 'vfio-pci']) {
    it(`the ${kind} specimen, which has no defect, passes every check`, () => {
      expect(campaign.specimens.get(kind)?.failed).to.deep.equal([]);
    });
  }

  for (const { name, rule } of mutants) {
    const why = survivors.get(name);
    if (why === undefined) {
      it(`${name} is caught: ${rule}`, () => {
        expect(campaign.mutants.get(name)?.by).to.be.a('string');
      });
    } else {
      it(`${name} survives: ${why}`, () => {
        expect(campaign.mutants.get(name)).to.include({ by: undefined });
      });
    }
  }

  it('at least 40 mutants have names of their own, and 95 % of them are caught', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).to.equal(mutants.length);
    expect(mutants.length).to.be.at.least(40);
    const caught = [...campaign.mutants.values()].filter(({ by }) => by !== undefined).length;
    expect(caught / mutants.length).to.be.at.least(0.95);
  });

  it('the document has the mutants, with what caught them, and the checks of the kit', () => {
    const page = readFileSync(documentUrl, 'utf8');
    const finders = (text: string): string[] => text.match(/`[\w-]+` +\|$/gm) ?? [];
    const withoutFinders = (text: string): string => text.replaceAll(/`[\w-]+` +\|$/gm, '|');
    // Which of the checks that catch a mutant comes first may depend on the machine; that they are checks does not.
    expect(withoutFinders(page).includes(withoutFinders(mutantSection(campaign))), stale).to.equal(
      true,
    );
    const ids = new Set(allChecks.map(({ id }) => `\`${id}\``));
    const named = finders(page).map((cell) => cell.split(' ')[0] ?? '');
    expect(named.filter((name) => !ids.has(name))).to.deep.equal([]);
    expect(page.includes(checkSection()), stale).to.equal(true);
  });
});

describe('the drivers of docs/reference/conformance.md', () => {
  it('are those that run the kit, each with every check run or skipped', async function reads() {
    this.timeout(LIMIT_MS);
    const rows = readFileSync(documentUrl, 'utf8').matchAll(/^\| (\S+) +\| (\d+) +\| (\d+) +\|$/gm);
    const counts = [...rows].map(([, driver, run, skipped]) => ({
      driver,
      total: Number(run) + Number(skipped),
    }));
    const drivers = await driversIn(conformanceTests());
    expect(counts, stale).to.deep.equal(
      drivers.map((driver) => ({ driver, total: allChecks.length })),
    );
  });

  it('are those of every folder that makes a driver (own rule: no driver without the kit)', () => {
    const drivers = projectFolders().filter((folder) => sourcesOf(folder).some(makesDriver));
    const untested = drivers.filter((folder) => !sourcesOf(folder).some(isConformanceTest));
    // It defines what a driver is, and has none.
    expect(untested).to.deep.equal(['packages/core']);
    expect(drivers.length).to.be.at.least(14);
  });
});
