import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { fileSink } from './file-sink.js';
import { parseRecording } from './reader.js';

describe('fileSink (own rule; docs/reference/recording.md)', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mdev-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('row: dying process: the header is in the file at once, the rest when its turn of the event loop is over', async () => {
    const path = join(folder, 'turns');
    const sink = fileSink(path);
    sink.write(Uint8Array.of(1));
    expect([...readFileSync(path)]).to.deep.equal([1]);
    sink.write(Uint8Array.of(2));
    sink.write(Uint8Array.of(3));
    expect([...readFileSync(path)]).to.deep.equal([1]);
    await turn();
    expect([...readFileSync(path)]).to.deep.equal([1, 2, 3]);
    sink.write(Uint8Array.of(4));
    sink.end();
    sink.end();
    expect([...readFileSync(path)]).to.deep.equal([1, 2, 3, 4]);
  });

  it('row: dying process: 64 KiB are written at once', () => {
    const path = join(folder, 'chunks');
    const sink = fileSink(path);
    sink.write(Uint8Array.of(1));
    sink.write(new Uint8Array(1 << 16));
    expect(readFileSync(path)).to.have.length((1 << 16) + 1);
    sink.end();
  });

  for (const [how, status] of [
    ['throw', 1],
    ['exit', 3],
  ] as const) {
    it(`row: dying process: one that dies leaves a recording that can be read (${how})`, () => {
      const path = join(folder, how);
      const child = fileURLToPath(new URL('./dying.test-support.js', import.meta.url));
      const ran = spawnSync(process.execPath, [child, path, how], { encoding: 'utf8' });
      expect(ran.status, ran.stderr).to.equal(status);
      const { entries } = parseRecording(readFileSync(path), { allowTruncated: true });
      const reads = entries.filter((entry) => entry.kind === 'call' && entry.call === 'read');
      expect(reads).to.have.length.within(19, 20);
    });
  }
});
