import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { cruise, type CruiseResult } from './cruise.js';
import { PlantedTree } from './planted-tree.js';
import { floorPlants, plants, type Plant } from './violations.js';

const tools = ['chai', 'typescript'];

/** `FILE breaks RULE`, one line for each, in order. */
function lines(broken: readonly { readonly rule: string; readonly from: string }[]): string[] {
  return [...new Set(broken.map(({ rule, from }) => `${from} breaks ${rule}`))].sort();
}

function plantAll(tree: PlantedTree, all: readonly Plant[]): void {
  for (const { path, imports, types = false } of all) {
    tree.write(path, types ? `import type { T } from '${imports}';\n` : `import '${imports}';\n`);
  }
}

describe('floors (.dependency-cruiser.cjs)', () => {
  let real: CruiseResult;
  before(function cruises() {
    // It reads every source, which takes a third of this on a machine that has nothing else to do.
    this.timeout(60_000);
    real = cruise();
  });

  it('the real tree breaks no rule', () => {
    expect(real.modules).to.be.greaterThan(100);
    expect(lines(real.violations)).to.deep.equal([]);
  });

  it('each planted violation is found under the name of its rule, and nothing else is', () => {
    using tree = new PlantedTree(tools);
    tree.addModule('inversify');
    const perFloor = floorPlants(real.rules);
    for (const name of new Set(perFloor.map((plant) => plant.of))) {
      const declared = perFloor.filter(
        (plant) => plant.of === name && plant.path.endsWith('/up.ts'),
      );
      const own = declared.map((plant) => plant.imports.slice('@mdevkit/'.length));
      tree.addPackage(name, name === 'pci' ? [...own, 'core'] : own);
    }
    const all = [...plants, ...perFloor];
    plantAll(tree, all);
    const expected = all.flatMap(({ path, breaks }) =>
      breaks.map((rule) => ({ rule, from: path })),
    );
    const found = cruise(tree.folder);
    expect(lines(found.violations)).to.deep.equal(lines(expected));
    expect([...new Set(expected.map(({ rule }) => rule))].sort()).to.deep.equal(
      [...found.rules].sort(),
    );
  });
});
