import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openTransport } from '../client/index.js';
import { eventually } from '../eventually.test-support.js';
import { failureOf } from '../failure-of.test-support.js';
import { FakeObject, plain } from '../server/fake-plane.test-support.js';
import type { FileAnswer } from '../server/index.js';
import { Served } from '../server/served.test-support.js';

function start(script: 'client' | 'server', path: string): ChildProcess {
  return fork(join(import.meta.dirname, `children/${script}.test-support.js`), [path]);
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('processes that end without a word (own rule: what a process had ends with it)', () => {
  it('control socket killed client: its file is closed and its objects are destroyed, whatever it was doing', async () => {
    await using served = new Served();
    const object = new FakeObject();
    let answer: (value: FileAnswer) => void = () => undefined;
    const given = new Promise<FileAnswer>((resolve) => {
      answer = resolve;
    });
    const held = new Promise<void>((resolve) => {
      served.plane.onCall = (bytes) => {
        if (bytes[0] === 1) {
          return { bytes: Uint8Array.of(1), descriptors: [object] };
        }
        resolve();
        return given;
      };
    });
    const child = start('client', served.path);
    await held;
    await eventually(() => object.waiting === 2);
    await kill(child);
    await eventually(() => served.plane.files[0]?.closes === 1);
    // Although the call has a copy of the descriptor until it is answered.
    await eventually(() => object.closes === 1 && served.server.descriptors === 0);
    answer(plain());
    expect(served.plane.files[0]?.calls.length).to.equal(2);
  });

  it('control socket killed server: every call and every reader is told EIO, and closing works', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
    const path = join(folder, 'socket');
    const child = start('server', path);
    await once(child, 'message');
    const control = await openTransport(path);
    const request = { bytes: Uint8Array.of(1), descriptors: [] };
    const { descriptors } = await control.call(request);
    const descriptor = descriptors[0]!;
    const failures = [
      failureOf(() => descriptor.read(new Uint8Array(64))),
      failureOf(() => descriptor.ready()),
      failureOf(() => control.call(request)),
      failureOf(() => control.call(request)),
    ];
    await descriptor.poll();
    await kill(child);
    for (const failing of failures) {
      const { code, reason } = await failing;
      expect([code, reason]).to.deep.equal(['EIO', 'control.server-gone']);
    }
    expect((await failureOf(() => control.call(request))).code).to.equal('EIO');
    expect((await failureOf(() => descriptor.poll())).code).to.equal('EIO');
    await descriptor.close();
    await control.close();
    rmSync(folder, { recursive: true });
  });
});
