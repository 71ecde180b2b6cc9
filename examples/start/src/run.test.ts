import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accelDriver, builtInAlgorithms, type Algorithm } from '@mdevkit/accel';
import { MemoryStore, type BackingStore } from '@mdevkit/cxlflash';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { run, type Surroundings } from './run.js';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the main jobs', () => {
  let folder: string;

  async function main(args: readonly string[], more: Partial<Surroundings> = {}): Promise<Outcome> {
    const written = { stdout: '', stderr: '' };
    const code = await run(args, {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      cwd: folder,
      ...more,
    });
    return { code, ...written };
  }

  async function fileOf(bytes: Uint8Array): Promise<string> {
    await writeFile(join(folder, 'input'), bytes);
    return createHash('sha256').update(bytes).digest('hex');
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mdevkit-start-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const chunk = 256 * 1024;
  for (const size of [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk + 17]) {
    it(`--once --json: one object with digest and size of a file of ${size} bytes for all jobs`, async () => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) % 251);
      const sha256 = await fileOf(bytes);
      const { code, stdout, stderr } = await main(['--once', '--json', '--input', 'input']);
      expect([code, stderr]).to.deep.equal([0, '']);
      const answer: unknown = JSON.parse(stdout);
      expect(answer).to.have.property('ok', true);
      expect(answer).to.have.nested.property('jobs.length', 3);
      expect(answer).to.have.nested.property('jobs[0]').that.includes({
        driver: 'accel',
        input: 'input',
        bytes: size,
        sha256,
        verified: true,
      });
      const jobs = Math.ceil(size / chunk);
      expect(answer).to.have.nested.property('jobs[0].mdevs.length', 2);
      expect(answer)
        .to.have.nested.property('jobs[0].interrupts')
        .that.is.within(jobs === 0 ? 0 : 1, 2 * jobs);
      expect(answer)
        .to.have.nested.property('jobs[0].dma_bytes')
        .that.is.at.least(2 * size);
      expect(answer)
        .to.have.nested.property('jobs[1]')
        .that.includes({
          driver: 'cxlflash',
          input: 'input',
          bytes: size,
          sha256,
          verified: true,
          events: 1,
          commands: 2 * jobs,
        });
      expect(answer).to.have.nested.property('jobs[1].mdevs.length', 1);
      expect(answer)
        .to.have.nested.property('jobs[1].dma_bytes')
        .that.is.at.least(2 * size);
      expect(answer).to.have.nested.property('jobs[2]').that.includes({
        driver: 'doe',
        input: 'input',
        bytes: size,
        sha256,
        verified: true,
        capabilities: 3,
        cdat_bytes: 160,
        cdat_entries: 6,
        version: '1.3',
        certificates: 3,
        measurements: 1,
        sessions: 1,
      });
      expect(answer)
        .to.have.nested.property('jobs[2].features')
        .that.deep.equals(['0001:00', '0001:01', '0001:02', '1e98:02']);
    });
  }

  it('without --input it takes the sources of the repository and prints a table', async () => {
    const { code, stdout } = await main(['--once']);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/verified +│ yes/)
      .and.to.match(/node:zlib directly +│ [\d.]+ MB\/s/)
      .and.to.match(/read back +│ [\d.]+ MB\/s/)
      .and.to.match(/driver events +│ 1 /)
      .and.to.match(/SPDM 1\.3 +│ 3 certificates, 1 measurement /);
  });

  it('an input that is longer than the disk goes round it', async () => {
    const sha256 = await fileOf(
      Uint8Array.from({ length: 3 * chunk + 17 }, (_, i) => (i * i) % 251),
    );
    const { code, stdout } = await main(['--json', '--input', 'input'], {
      flashStore: new MemoryStore({ blocks: 70 }),
    });
    expect(code).to.equal(0);
    const { jobs } = JSON.parse(stdout) as { jobs: unknown[] };
    expect(jobs[1]).to.include({ bytes: 3 * chunk + 17, sha256, verified: true, events: 1 });
  });

  it('a disk with less than a block of 4096 bytes: the reason, exit 1', async () => {
    await fileOf(new Uint8Array(1000));
    const { code, stdout } = await main(['--json', '--input', 'input'], {
      flashStore: new MemoryStore({ blocks: 7, blockSize: 512 }),
    });
    expect(code).to.equal(1);
    const { jobs } = JSON.parse(stdout) as { jobs: unknown[] };
    expect(jobs[0]).to.include({ verified: true });
    expect(jobs[1]).to.include({ verified: false, reason: 'the disk has no room for a block' });
  });

  it('a disk that returns wrong bytes: ok false, the reason, exit 1, and the other job as ever', async () => {
    await fileOf(new Uint8Array(1000));
    const { code, stdout } = await main(['--json', '--input', 'input'], {
      flashStore: badStore((into) => {
        into[999] = (into[999] ?? 0) ^ 1;
      }),
    });
    expect(code).to.equal(1);
    const answer: unknown = JSON.parse(stdout);
    expect(answer).to.have.property('ok', false);
    expect(answer).to.have.nested.property('jobs[0].verified', true);
    expect(answer).to.have.nested.property('jobs[1].verified', false);
    expect(answer).to.have.nested.property('jobs[1].reason').that.includes('digest');
  });

  it('a disk that fails: ok false, the reason, exit 1', async () => {
    await fileOf(new Uint8Array(1000));
    const { code, stdout } = await main(['--json', '--input', 'input'], {
      flashStore: badStore(() => {
        throw new Error('a scratch');
      }),
    });
    expect(code).to.equal(1);
    expect(JSON.parse(stdout))
      .to.have.nested.property('jobs[1].reason')
      .that.includes('cxlflash.check-condition');
  });

  it('a device with another firmware is not trusted: ok false, the reason, exit 1', async () => {
    await fileOf(new Uint8Array(1000));
    const { code, stdout } = await main(['--json', '--input', 'input'], {
      firmware: (digest) => digest.map((byte) => byte ^ 1),
    });
    expect(code).to.equal(1);
    const { jobs } = JSON.parse(stdout) as { jobs: unknown[] };
    expect(jobs[1]).to.include({ verified: true });
    expect(jobs[2]).to.include({ verified: false });
    expect(jobs[2]).to.have.property('reason').that.includes('doe.spdm-measurement');
  });

  it('a FIFO without a writer is refused at once, not waited for (bug)', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const { code, stderr } = await main(['--input', 'pipe']);
    expect([code, stderr]).to.deep.equal([2, 'mdevkit: pipe: not a regular file\n']);
  });

  it('--help prints how it is used', async () => {
    const { code, stdout } = await main(['--help']);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^usage: npm start/);
  });

  it('shows its progress on a terminal, and clears it', async () => {
    await fileOf(new Uint8Array(2 * chunk));
    let shown = '';
    const stderr = { isTTY: true, write: (text: string) => (shown += text) };
    await main(['--input', 'input'], { stderr });
    expect(shown)
      .to.match(/^\r0\.3 MB there and back/)
      .and.to.match(/\r\u001b\[K$/);
  });

  it('an accelerator that returns wrong bytes: ok false, the reason, exit 1', async () => {
    await fileOf(new Uint8Array(1000));
    const outcome = await main(['--json', '--input', 'input'], {
      loadAccel: (host) =>
        host.load(accelDriver({ algorithms: builtInAlgorithms.map(corruptingInflate) })),
    });
    expect(outcome.code).to.equal(1);
    const answer: unknown = JSON.parse(outcome.stdout);
    expect(answer).to.have.property('ok', false);
    expect(answer).to.have.nested.property('jobs[0].verified', false);
    expect(answer).to.have.nested.property('jobs[0].reason').that.includes('digest');
    expect(answer).to.have.nested.property('jobs[1].verified', true);
  });

  it('an accelerator that fails: ok false, the reason, exit 1; as one line without --json', async () => {
    await fileOf(new Uint8Array(1000));
    const loadAccel: Surroundings['loadAccel'] = (host) =>
      host.load(accelDriver({ algorithms: builtInAlgorithms.map(failingInflate) }));
    const json = await main(['--json', '--input', 'input'], { loadAccel });
    expect(json.code).to.equal(1);
    expect(JSON.parse(json.stdout))
      .to.have.nested.property('jobs[0].reason')
      .that.includes('accel.');
    const text = await main(['--input', 'input'], { loadAccel });
    expect(text.code).to.equal(1);
    expect(text.stdout)
      .to.match(/driver +│ cxlflash/)
      .and.not.to.match(/driver +│ accel/);
    expect(text.stderr).to.match(/^mdevkit: input: [^\n]+\n$/);
  });

  const bad: readonly [title: string, args: readonly string[], message: RegExp][] = [
    ['a missing file', ['--input', 'nothing'], /^mdevkit: nothing: ENOENT[^\n]*\n$/],
    ['a folder', ['--input', '.'], /^mdevkit: \.: not a regular file\n$/],
    ['an unknown option', ['--frobnicate'], /^mdevkit: Unknown option '--frobnicate'[^\n]*\n$/],
    ['an empty name', ['--input', ''], /^mdevkit: --input needs the name of a file\n$/],
    ['an option without its value', ['--input'], /^mdevkit: [^\n]*--input[^\n]*\n$/],
  ];
  for (const [title, args, message] of bad) {
    it(`${title}: one clear line on stderr, nothing on stdout, exit 2`, async () => {
      const { code, stdout, stderr } = await main(args);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.match(message);
    });
  }
});

function corruptingInflate(algorithm: Algorithm): Algorithm {
  return algorithm.name !== 'inflate'
    ? algorithm
    : {
        name: 'inflate',
        opcode: algorithm.opcode,
        run: async (job) => {
          const result = await algorithm.run(job);
          return { ...result, output: result.output.map((byte) => byte ^ 1) };
        },
      };
}

function failingInflate(algorithm: Algorithm): Algorithm {
  return algorithm.name !== 'inflate'
    ? algorithm
    : {
        name: 'inflate',
        opcode: algorithm.opcode,
        run: () => Promise.reject(new Error('the engine is on fire')),
      };
}

/** A disk that does something to what is read. */
function badStore(spoil: (into: Uint8Array) => void): BackingStore {
  const memory = new MemoryStore({ blocks: 1024 });
  return {
    blocks: memory.blocks,
    blockSize: memory.blockSize,
    write: (lba, from) => memory.write(lba, from),
    read: async (lba, into) => {
      await memory.read(lba, into);
      spoil(into);
    },
  };
}
