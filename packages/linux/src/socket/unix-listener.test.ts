import {
  closeSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { runChild } from '../child.test-support.js';
import { AF_UNIX, SOCK_CLOEXEC, bindSocket, libc, openSocket } from '../libc/index.js';
import { failureOf, openDescriptors, refusal } from '../memory/descriptors.test-support.js';
import { NativeBuffer } from '../native/index.js';
import { socketAddress } from './address.js';
import { O_CLOEXEC, flagsOf, receiveBytes, sendBytes } from './stream.test-support.js';
import { UnixListener } from './unix-listener.js';
import { UnixStream } from './unix-stream.js';

let folder: string;
let path: string;
let umask: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
  path = join(folder, 'socket');
  umask = process.umask(0);
});

afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true });
});

/** Binds a socket of a type as a server does that never removes its file. */
function bindAt(where: string, type: number): number {
  const fd = libc().socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  expect(bindSocket(fd, socketAddress(where))).to.equal(0);
  return fd;
}

describe('UnixListener (unix(7), listen(2), accept4(2))', () => {
  it('gives a stream for each client that waits, and undefined for none', () => {
    using listener = UnixListener.listen(path);
    using buffer = NativeBuffer.allocate(16);
    expect([listener.path, listener.accept()]).to.deep.equal([path, undefined]);
    using one = UnixStream.connect(path);
    using two = UnixStream.connect(path);
    sendBytes(one, buffer, [1]);
    sendBytes(two, buffer, [2]);
    using first = listener.accept();
    using second = listener.accept();
    expect(listener.accept()).to.equal(undefined);
    expect(receiveBytes(first!, buffer)).to.deep.equal([1]);
    expect(receiveBytes(second!, buffer)).to.deep.equal([2]);
    sendBytes(second!, buffer, [3]);
    expect(receiveBytes(two, buffer)).to.deep.equal([3]);
    for (const { fd } of [listener, one, first!]) {
      expect(flagsOf(fd) & O_CLOEXEC).to.equal(O_CLOEXEC);
    }
  });

  it('gives the stream of a client that has gone again, with what it sent', () => {
    using listener = UnixListener.listen(path);
    using buffer = NativeBuffer.allocate(16);
    const client = UnixStream.connect(path);
    sendBytes(client, buffer, [1]);
    client[Symbol.dispose]();
    using stream = listener.accept();
    expect(receiveBytes(stream!, buffer)).to.deep.equal([1]);
    expect(receiveBytes(stream!, buffer)).to.equal(0);
  });

  it('socket backlog: lets as many wait as it was told, and refuses the next at once (connect(2), EAGAIN)', () => {
    using listener = UnixListener.listen(path, { backlog: 0 });
    using client = UnixStream.connect(path);
    expect(failureOf(() => UnixStream.connect(path)).code).to.equal('EAGAIN');
    expect(refusal(() => UnixListener.listen(path))).to.equal('EADDRINUSE linux.socket-in-use');
    using stream = listener.accept();
    expect(stream?.peer.pid).to.equal(process.pid);
    expect(client.peer.pid).to.equal(process.pid);
  });

  it('socket peer: knows the process and the user of a client (SO_PEERCRED)', () => {
    using listener = UnixListener.listen(path);
    using buffer = NativeBuffer.allocate(16);
    const { said } = runChild('client', { beside: import.meta.dirname, parameters: [path] });
    using stream = listener.accept();
    expect(receiveBytes(stream!, buffer)).to.deep.equal([42]);
    expect(stream!.peer).to.deep.equal(said);
    expect(stream!.peer.pid).to.not.equal(process.pid);
    expect(stream!.peer.uid).to.equal(process.getuid?.());
  });
});

describe('the file of a UnixListener (net/unix/af_unix.c, unix_bind_bsd)', () => {
  it('socket mode: has mode 0600, also where the umask takes nothing away', () => {
    using _ = UnixListener.listen(path);
    const status = lstatSync(path);
    expect([status.isSocket(), status.mode & 0o7777]).to.deep.equal([true, 0o600]);
  });

  it('has the mode that was asked for, without what the umask takes away', () => {
    using _open = UnixListener.listen(path, { mode: 0o666 });
    expect(lstatSync(path).mode & 0o7777).to.equal(0o666);
    process.umask(0o027);
    using _limited = UnixListener.listen(`${path}2`, { mode: 0o666 });
    expect(lstatSync(`${path}2`).mode & 0o7777).to.equal(0o640);
  });

  it('socket removed: goes with it, and its descriptor', () => {
    const before = openDescriptors();
    const listener = UnixListener.listen(path);
    listener[Symbol.dispose]();
    listener[Symbol.dispose]();
    expect(existsSync(path)).to.equal(false);
    expect(openDescriptors()).to.deep.equal(before);
    expect(refusal(() => listener.accept())).to.equal('EBADF linux.closed');
    expect(refusal(() => listener.fd)).to.equal('EBADF linux.closed');
  });

  it('socket removed: stays if another one has taken the place (own rule: only its own file is removed)', () => {
    const listener = UnixListener.listen(path);
    renameSync(path, `${path}-moved`);
    using other = UnixListener.listen(path);
    listener[Symbol.dispose]();
    using _ = UnixStream.connect(path);
    using accepted = other.accept();
    expect(accepted).to.not.equal(undefined);
    expect(readdirSync(folder)).to.deep.equal(['socket', 'socket-moved']);
  });

  it('may be gone already', () => {
    const listener = UnixListener.listen(path);
    rmSync(path);
    listener[Symbol.dispose]();
    expect(existsSync(path)).to.equal(false);
  });
});

describe('a path that is taken (bind(2), EADDRINUSE)', () => {
  it('socket in use: by a server that listens is refused, and the server is not disturbed', () => {
    using listener = UnixListener.listen(path);
    const before = openDescriptors();
    expect(refusal(() => UnixListener.listen(path))).to.equal('EADDRINUSE linux.socket-in-use');
    expect(openDescriptors()).to.deep.equal(before);
    // It saw the question as a client that has gone again.
    listener.accept()?.[Symbol.dispose]();
    using _ = UnixStream.connect(path);
    using accepted = listener.accept();
    expect(accepted).to.not.equal(undefined);
  });

  it('socket left behind: by a file that a killed server left behind is taken over', () => {
    const end = runChild('killed-server', { beside: import.meta.dirname, parameters: [path] });
    expect([end.signal, lstatSync(path).isSocket()]).to.deep.equal(['SIGKILL', true]);
    expect(failureOf(() => UnixStream.connect(path)).code).to.equal('ECONNREFUSED');
    using listener = UnixListener.listen(path);
    using _ = UnixStream.connect(path);
    using accepted = listener.accept();
    expect(accepted).to.not.equal(undefined);
  });

  it('by a server of another type of socket is refused', () => {
    const fd = bindAt(path, 2);
    expect(refusal(() => UnixListener.listen(path))).to.equal('EADDRINUSE linux.socket-in-use');
    closeSync(fd);
    expect(existsSync(path)).to.equal(true);
  });

  it('socket path taken: by anything else is refused, and that stays (own rule)', () => {
    const before = openDescriptors();
    writeFileSync(path, 'precious');
    symlinkSync('nowhere', `${path}-link`);
    const used = [path, `${path}-link`, folder];
    for (const taken of used) {
      expect(refusal(() => UnixListener.listen(taken))).to.equal('EEXIST linux.socket-exists');
    }
    expect(readdirSync(folder)).to.deep.equal(['socket', 'socket-link']);
    expect(openDescriptors()).to.deep.equal(before);
  });

  it('by a link to the socket of a dead server is refused: the link is no socket', () => {
    closeSync(bindAt(path, 1));
    symlinkSync(path, `${path}-link`);
    expect(refusal(() => UnixListener.listen(`${path}-link`))).to.equal(
      'EEXIST linux.socket-exists',
    );
    expect(readdirSync(folder)).to.deep.equal(['socket', 'socket-link']);
  });
});

describe('a path that cannot be (unix(7), sun_path)', () => {
  it('socket path: has more than 107 bytes, none, or a NUL', () => {
    for (const wrong of ['', `${folder}/${'x'.repeat(107)}`, `${path}\0`, '\0abstract']) {
      expect(refusal(() => UnixListener.listen(wrong))).to.equal('ENAMETOOLONG linux.socket-path');
    }
    const longest = join(folder, 'x'.repeat(107 - folder.length - 1));
    using listener = UnixListener.listen(longest);
    using _ = UnixStream.connect(longest);
    listener.accept()?.[Symbol.dispose]();
  });

  it('is in a folder that does not exist; no descriptor is left', () => {
    const before = openDescriptors();
    const error = failureOf(() => UnixListener.listen(join(folder, 'none', 'socket')));
    expect(error.message).to.match(/^ENOENT linux\.call: .*call=bind/);
    expect(openDescriptors()).to.deep.equal(before);
  });
});

describe('UnixStream.adopt (socket(7), SO_ACCEPTCONN)', () => {
  it('refuses a socket that listens', () => {
    using listener = UnixListener.listen(path);
    expect(refusal(() => UnixStream.adopt(listener.fd))).to.equal('EPROTOTYPE linux.not-stream');
  });

  it('takes one that is not connected, which cannot send', () => {
    using stream = UnixStream.adopt(openSocket());
    using buffer = NativeBuffer.allocate(16);
    expect(refusal(() => stream.send(buffer, 0, 1))).to.equal('EPIPE linux.peer-gone');
    stream.shutdown();
  });
});
