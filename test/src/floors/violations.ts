/** A file with one import, and the rules that it breaks; none, for the counter-examples. */
export interface Plant {
  readonly path: string;
  readonly imports: string;
  /** Whether only types are imported. */
  readonly types?: boolean;
  readonly breaks: readonly string[];
}

/** Every rule that does not depend on the table of floors, and its nearest counter-examples. */
export const plants: readonly Plant[] = [
  { path: 'packages/accel/src/library/a.ts', imports: '../driver/b.js', breaks: ['apart-library'] },
  { path: 'packages/accel/src/driver/a.ts', imports: '../library/b.js', breaks: ['apart-driver'] },
  { path: 'packages/accel/src/abi/a.ts', imports: '../driver/b.js', breaks: ['apart-abi'] },
  { path: 'packages/accel/src/library/ok.ts', imports: '../abi/b.js', breaks: [] },
  { path: 'packages/accel/src/driver/ok.ts', imports: '../abi/b.js', breaks: [] },
  { path: 'packages/accel/src/library/b.ts', imports: 'node:path', breaks: [] },
  { path: 'packages/accel/src/driver/b.ts', imports: 'node:path', breaks: [] },
  { path: 'packages/accel/src/abi/b.ts', imports: 'node:path', breaks: [] },

  { path: 'packages/stray/src/a.ts', imports: 'node:path', breaks: ['known-package'] },

  { path: 'packages/pci/src/deep.ts', imports: '../../core/src/index.js', breaks: ['by-name'] },
  { path: 'packages/pci/src/built.ts', imports: '../../core/dist/index.js', breaks: ['by-name'] },
  {
    path: 'examples/a/src/deep.ts',
    imports: '../../../packages/core/src/index.js',
    breaks: ['by-name'],
  },
  { path: 'test/src/deep.ts', imports: '../../packages/core/src/index.js', breaks: ['by-name'] },
  { path: 'test/src/ok.ts', imports: '@mdevkit/cli', breaks: [] },
  { path: 'packages/pci/src/named.ts', imports: '@mdevkit/core', breaks: [] },
  {
    path: 'packages/pci/src/inner.ts',
    imports: '@mdevkit/core/dist/index.js',
    breaks: ['resolvable'],
  },

  { path: 'packages/core/src/one.ts', imports: './two.js', breaks: ['no-cycle'] },
  { path: 'packages/core/src/two.ts', imports: './one.js', breaks: [] },
  { path: 'packages/core/src/left.ts', imports: './right.js', types: true, breaks: [] },
  { path: 'packages/core/src/right.ts', imports: './left.js', types: true, breaks: [] },
  {
    path: 'packages/uapi/src/types.ts',
    imports: '@mdevkit/cli',
    types: true,
    breaks: ['declared-uapi', 'floor-0-uapi'],
  },

  { path: 'packages/core/src/x.ts', imports: './x.test-support.js', breaks: ['no-test-code'] },
  { path: 'packages/core/src/y.ts', imports: './x.test.helper.js', breaks: ['no-test-code'] },
  {
    path: 'packages/core/src/z.ts',
    imports: 'chai',
    breaks: ['no-dev-dependency', 'no-test-code'],
  },
  { path: 'packages/core/src/t.ts', imports: 'typescript', breaks: ['no-dev-dependency'] },
  { path: 'packages/core/src/x.test-support.ts', imports: 'chai', breaks: [] },
  { path: 'packages/core/src/x.test.helper.ts', imports: 'chai', breaks: [] },
  { path: 'packages/core/src/x.test.ts', imports: './x.test-support.js', breaks: [] },

  {
    path: 'packages/accel/src/tested.ts',
    imports: '@mdevkit/testing',
    breaks: ['declared-accel', 'no-test-support'],
  },
  { path: 'packages/core/src/foreign.ts', imports: 'inversify', breaks: ['no-undeclared'] },
  { path: 'packages/core/src/missing.ts', imports: './nowhere.js', breaks: ['resolvable'] },
];

/**
 * For each package of the table, given as its rules `floor-N-NAME`: an import that is declared but
 * goes up or sideways, and one that goes down but is not declared.
 */
export function floorPlants(rules: readonly string[]): (Plant & { readonly of: string })[] {
  const table = rules.flatMap((rule) => {
    const [, floor, name] = /^floor-(\d+)-(.+)$/.exec(rule) ?? [];
    return name === undefined ? [] : [{ rule, floor: Number(floor), name }];
  });
  return table.flatMap(({ rule, floor, name }) => {
    const [up] = table.filter((other) => other.floor >= floor && other.name !== name);
    const down = table.find((other) => other.floor < floor);
    const upwards = up && {
      of: name,
      path: `packages/${name}/src/up.ts`,
      imports: `@mdevkit/${up.name}`,
      breaks: [rule],
    };
    const undeclared = {
      of: name,
      path: `packages/${name}/src/undeclared.ts`,
      imports: `@mdevkit/${down?.name ?? 'linux'}`,
      breaks: down === undefined ? [`declared-${name}`, rule] : [`declared-${name}`],
    };
    return upwards === undefined ? [undeclared] : [upwards, undeclared];
  });
}
