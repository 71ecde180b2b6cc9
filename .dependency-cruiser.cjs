'use strict';

/*
 * Who may import whom. All rules come from the two tables below; `test/src/floors` plants a violation
 * of each rule and proves that it is found.
 *
 * The rules read the sources, and follow a package's name to its `dist`: build first.
 */
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/** A package imports only from floors strictly below its own. */
const floors = [
  ['uapi'],
  ['core'],
  ['linux'],
  ['control'],
  ['pci', 'vfio-user', 'vfio-linux'],
  ['testing'],
  ['accel', 'cxlflash', 'doe'],
  ['host'],
  ['cli', 'cluster'],
];

/** Inside one package: parts that must not know each other. */
const apart = [
  { from: 'library', to: 'driver' },
  { from: 'driver', to: 'library' },
  { from: 'abi', to: '(?:driver|library)' },
];

const packages = floors.flat();
/** `a.test.ts`, and what only tests use: `a.test.helper.ts`, `a.test-support.ts`. */
const test = String.raw`\.test[.-][\w.-]*ts$`;

/** `^packages/(?:a|b)/`, or a pattern that matches nothing. */
function inPackages(names) {
  return names.length === 0 ? '^$' : `^packages/(?:${names.join('|')})/`;
}

/** The packages that `name` may import: what its package.json declares; `undefined` when it is not built yet. */
function declared(name) {
  const path = join(process.cwd(), 'packages', name, 'package.json');
  if (!existsSync(path)) {
    return undefined;
  }
  const {
    dependencies = {},
    devDependencies = {},
    peerDependencies = {},
  } = JSON.parse(readFileSync(path, 'utf8'));
  return Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
    .filter((dependency) => dependency.startsWith('@mdevkit/'))
    .map((dependency) => dependency.slice('@mdevkit/'.length));
}

const floorRules = floors.flatMap((names, floor) =>
  names.map((name) => ({
    name: `floor-${floor}-${name}`,
    comment: 'A package imports only from floors below its own.',
    severity: 'error',
    from: { path: inPackages([name]) },
    to: {
      path: inPackages(
        floors
          .slice(floor)
          .flat()
          .filter((other) => other !== name),
      ),
    },
  })),
);

const declarationRules = packages
  .filter((name) => declared(name) !== undefined)
  .map((name) => ({
    name: `declared-${name}`,
    comment: 'A package imports only the packages that its package.json declares.',
    severity: 'error',
    from: { path: inPackages([name]) },
    to: { path: '^packages/', pathNot: inPackages([name, ...declared(name)]) },
  }));

const apartRules = apart.map(({ from, to }) => ({
  name: `apart-${from}`,
  comment: 'Driver and library of a family meet only in its abi, which knows neither.',
  severity: 'error',
  from: { path: `^packages/[^/]+/src/${from}/` },
  to: { path: `^packages/[^/]+/(?:src|dist)/${to}/` },
}));

module.exports = {
  forbidden: [
    ...floorRules,
    ...declarationRules,
    ...apartRules,
    {
      name: 'known-package',
      comment: 'Every package stands on a floor: add it to the table in .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: '^packages/', pathNot: inPackages(packages) },
      to: {},
    },
    {
      name: 'by-name',
      comment: 'Another package is imported by its name, never by a path into it.',
      severity: 'error',
      from: { path: '^((?:packages|examples)/[^/]+|test)/' },
      to: {
        path: '^(?:packages|examples|test)/',
        pathNot: ['^$1/', '/node_modules/'],
        dependencyTypesNot: ['aliased-workspace'],
      },
    },
    {
      name: 'no-cycle',
      comment:
        'Two modules that need each other are one module, or miss a third. Only types may refer ' +
        'to each other: that is how recursive types look, and nothing of it is left at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-test-code',
      comment: 'A product source does not import tests, their support or their tools.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: [test, inPackages(['testing'])] },
      to: { path: [test, '^node_modules/(?:@types/)?(?:mocha|chai|sinon|fast-check)/'] },
    },
    {
      name: 'no-test-support',
      comment: 'What is made for tests is used by tests.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: [test, inPackages(['testing'])] },
      to: { path: inPackages(['testing']) },
    },
    {
      name: 'no-dev-dependency',
      comment: 'What a product source imports is a dependency of its package.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: test },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'no-undeclared',
      comment: 'What is imported is declared in a package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      comment:
        'An import that leads nowhere: a typing error, a path inside a package, or a missing build.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // An import of types alone is a dependency of the design as well.
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: ['node_modules', '/dist/'] },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.d.ts'],
    },
  },
};
