import { constants } from 'node:os';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { haveCompiler, runC } from '../probe/c-program.test-support.js';
import { Errno, ERRNO_ALIASES, errnoName, errnoText } from './index.js';
import type { ErrnoName } from './index.js';

const NAMES = Object.keys(Errno) as ErrnoName[];

describe('errno', () => {
  it('has every number from 1 to 133 but the two Linux leaves out', () => {
    const numbers = NAMES.filter((name) => !ERRNO_ALIASES.has(name)).map((name) => Errno[name]);
    const all = Array.from({ length: 133 }, (_, i) => i + 1).filter((n) => n !== 41 && n !== 58);
    expect(numbers).to.deep.equal(all);
  });

  it('names a number by its first name, and nothing by none', () => {
    expect(errnoName(22)).to.equal('EINVAL');
    expect(errnoName(11)).to.equal('EAGAIN');
    expect(errnoName(35)).to.equal('EDEADLK');
    expect(errnoName(95)).to.equal('EOPNOTSUPP');
    for (const n of [0, -22, 41, 58, 134, 22.5]) {
      expect(errnoName(n), n.toString()).to.equal(undefined);
    }
  });

  it('gives a sentence for numbers, names and unknown numbers', () => {
    expect(errnoText(22)).to.equal('Invalid argument');
    expect(errnoText('EWOULDBLOCK')).to.equal(errnoText('EAGAIN'));
    expect(errnoText(41)).to.equal('Unknown error 41');
    expect(NAMES.filter((name) => errnoText(name).startsWith('Unknown'))).to.deep.equal([]);
  });

  it('agrees with the names Node knows', function () {
    if (process.platform !== 'linux') {
      console.log('      not compared with Node: its numbers are those of another system');
      this.skip(); // the numbers are Linux's, and Node has those of where it runs
    }
    const differing = Object.entries(constants.errno).filter(
      ([name, value]) => name in Errno && Errno[name as ErrnoName] !== value,
    );
    expect(differing).to.deep.equal([]);
    expect(Object.keys(constants.errno).filter((name) => !(name in Errno))).to.deep.equal([]);
  });

  it("agrees with the compiler's errno.h and the C library's sentences", function () {
    this.timeout(60_000);
    if (process.platform !== 'linux' || !haveCompiler()) {
      console.log('      not compared with errno.h: no C compiler for Linux on this machine');
      this.skip(); // nothing to compare with; machines which build the project have a compiler
    }
    const lines = runC(
      ['<errno.h>', '<string.h>'],
      [
        'int glibc = 0;',
        '#ifdef __GLIBC__',
        'glibc = 1;',
        '#endif',
        ...NAMES.map((name) => `printf("%d %s\\n", ${name}, glibc ? strerror(${name}) : "");`),
      ],
    );
    // Other C libraries word their sentences differently; the numbers are the kernel's everywhere.
    const glibc = lines[0] !== '1 ';
    const expected = NAMES.map(
      (name) => `${Errno[name].toString()} ${glibc ? errnoText(name) : ''}`,
    );
    expect(lines).to.deep.equal(expected);
  });
});
