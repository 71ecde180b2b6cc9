import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Sandbox } from './sandbox.js';

describe('scripts/run.js: the build that comes first', () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox[Symbol.dispose]();
  });

  it('builds once, and then does nothing and says nothing', () => {
    expect(sandbox.run('build')).to.include({ status: 0, stdout: '' });
    expect(sandbox.run('build')).to.include({ status: 0, stdout: '', stderr: '' });
    expect(sandbox.calls()).to.deep.equal(['tsc --build --force']);
  });

  const changes: readonly (readonly [what: string, change: (sandbox: Sandbox) => void])[] = [
    [
      'a source changes',
      (tree) => {
        tree.write('packages/a/src/a.ts', 'export {};');
      },
    ],
    [
      'a source is added',
      (tree) => {
        tree.write('packages/a/src/deep/b.ts', '');
      },
    ],
    [
      'a source of an example changes',
      (tree) => {
        tree.write('examples/e/src/main.ts', '');
      },
    ],
    [
      'a tsconfig.json changes',
      (tree) => {
        tree.write('packages/a/tsconfig.json', '{}');
      },
    ],
    [
      'a package.json changes',
      (tree) => {
        tree.write('packages/a/package.json', '{}');
      },
    ],
  ];
  for (const [what, change] of changes) {
    it(`builds again when ${what}`, () => {
      sandbox.run('build');
      change(sandbox);
      sandbox.run('build');
      expect(sandbox.calls()).to.have.lengthOf(2);
    });
  }

  it('makes everything anew when the compiler would not notice: it compares times only (bug)', () => {
    sandbox.run('build');
    // Both would otherwise be of the same tick of the file system's clock.
    sandbox.age('node_modules/.mdevkit-build');
    sandbox.write('packages/a/src/a.ts', 'export {};');
    sandbox.run('build');
    sandbox.write('packages/a/src/restored.ts', '');
    sandbox.age('packages/a/src/restored.ts');
    sandbox.run('build');
    sandbox.write('packages/a/src/a.ts', '');
    sandbox.age('packages/a/src/a.ts');
    sandbox.run('build');
    expect(sandbox.calls()).to.deep.equal([
      'tsc --build --force',
      'tsc --build',
      'tsc --build --force',
      'tsc --build --force',
    ]);
  });

  it('keeps stdout clean and the exit code of a failing build, and tries again the next time', () => {
    sandbox.writeCompiler(`console.log('a.ts(1,1): error'); process.exitCode = 3;`);
    const { status, stdout, stderr } = sandbox.run('start');
    expect({ status, stdout }).to.deep.equal({ status: 3, stdout: '' });
    expect(stderr).to.contain('a.ts(1,1): error');
    sandbox.run('build');
    expect(sandbox.calls()).to.have.lengthOf(2);
  });

  it('removes what was made from a source that is gone, and nothing else', () => {
    const gone = ['gone.test.js', 'gone.test.js.map', 'gone.test.d.ts', 'gone.test.d.ts.map'];
    for (const name of [...gone, 'a.js', 'a.d.ts', 'data.json']) {
      sandbox.write(`packages/a/dist/${name}`, '');
    }
    sandbox.run('build');
    expect(gone.filter((name) => sandbox.has(`packages/a/dist/${name}`))).to.deep.equal([]);
    for (const name of ['a.js', 'a.d.ts', 'data.json', '.tsbuildinfo']) {
      expect(sandbox.has(`packages/a/dist/${name}`), name).to.equal(true);
    }
  });
});
