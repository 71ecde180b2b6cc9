import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import koffi from 'koffi';
import { describe, it } from 'mocha';
import { failureOf } from '../memory/descriptors.test-support.js';
import { bindLibc, libc } from './libc.js';

describe('libc (own rule: the package can be imported anywhere)', () => {
  it('says on another platform that it needs Linux, and loads nothing', () => {
    const load = (): never => {
      throw new Error('loaded');
    };
    const error = failureOf(() => bindLibc({ name: 'darwin', load }));
    expect(error.message).to.match(/^ENOSYS linux\.platform: .*platform=darwin/);
    expect(error.cause).to.equal(undefined);
  });

  it('says the same without the native part of koffi, with its error as the cause', () => {
    const cause = new Error('no native module');
    const load = (): never => {
      throw cause;
    };
    const error = failureOf(() => bindLibc({ name: 'linux', load }));
    expect([error.code, error.reason]).to.deep.equal(['ENOSYS', 'linux.platform']);
    expect(error.cause).to.equal(cause);
  });

  it('refuses a machine of 32 bits, whose offsets are others', () => {
    const load = (): typeof koffi => ({ ...koffi, sizeof: () => 4 });
    expect(failureOf(() => bindLibc({ name: 'linux', load })).code).to.equal('ENOSYS');
  });

  it('is bound once, and frozen', () => {
    expect(libc()).to.equal(libc());
    expect(libc()).to.be.frozen;
  });

  it('is not loaded by the import of the package, but by its use', () => {
    const index = new URL('../index.js', import.meta.url).href;
    const script = `
      import { readFileSync } from 'node:fs';
      import { SharedMemory } from '${index}';
      const loaded = () => readFileSync('/proc/self/maps', 'utf8').includes('koffi');
      const before = loaded();
      SharedMemory.create(1)[Symbol.dispose]();
      console.log(before, loaded());`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout).to.equal('false true\n');
  });

  it('is missed by every use on another platform, which says so', () => {
    const index = new URL('../index.js', import.meta.url).href;
    const script = `
      import * as linux from '${index}';
      Object.defineProperty(process, 'platform', { value: 'freebsd' });
      const { EventFd, FileMemory, NativeBuffer, SharedMemory, UnixListener, UnixStream } = linux;
      const uses = [
        () => EventFd.create(),
        () => EventFd.adopt(0),
        () => FileMemory.from(0),
        () => linux.memoryFrom(0),
        () => NativeBuffer.allocate(1),
        () => SharedMemory.create(1),
        () => SharedMemory.from(0),
        () => UnixListener.listen('/tmp/never'),
        () => UnixStream.adopt(0),
        () => UnixStream.connect('/tmp/never'),
        () => UnixStream.pair(),
        () => linux.watch(0, {}, () => undefined),
      ];
      const reasons = uses.map((use) => {
        try {
          use();
          return 'none';
        } catch (error) {
          return error.reason;
        }
      });
      console.log(reasons.length, [...new Set(reasons)].join());`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout).to.equal('12 linux.platform\n');
  });
});
