import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { MdevHost } from '@mdevkit/core';
import { gpioDriver, PinBoard } from '@mdevkit/example-gpio';
import { memorySink, RecordingWriter } from '@mdevkit/testing';
import { VfioUserServer } from '@mdevkit/vfio-user';
import { bootPath, bootRecording } from './boot-recording.test-support.js';
import { runRecording } from '@mdevkit/testing/program';

interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly error: readonly string[];
}

async function run(...args: string[]): Promise<Ran> {
  const [out, error]: [string[], string[]] = [[], []];
  const code = await runRecording(args, {
    out: (line) => void out.push(line),
    error: (line) => void error.push(line),
  });
  return { code, out, error };
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url));
}

const driver = fixture('module');

/** Writes the boot again, with another answer to the last read of a register. */
function writeChanged(path: string): void {
  const { header, entries } = bootRecording();
  const sink = memorySink();
  const writer = new RecordingWriter(sink, header);
  const last = entries.findLast((entry) => entry.kind === 'call' && entry.call === 'read');
  for (const entry of entries) {
    writer.write(
      entry.kind === 'answer' && last?.kind === 'call' && entry.id === last.id
        ? { ...entry, answer: { value: Uint8Array.of(7) } }
        : entry,
    );
  }
  writer.end();
  writeFileSync(path, sink.bytes);
}

describe('npm run recording (docs/reference/recording.md)', () => {
  let folder = '';
  let changed = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mdev-'));
    changed = join(folder, 'changed');
    writeChanged(changed);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('view prints a recording, by the names of its registers', async () => {
    const { code, out, error } = await run('view', bootPath);
    expect([code, error]).to.deep.equal([0, []]);
    expect(out[0]).to.match(/^mdev [0-9a-f-]{36}, gpio-idio16 of gpio0, vfio-pci, format 1$/);
    expect(out.some((line) => line.endsWith('write registers.OUT_HIGH = 0xa5 → 1'))).to.equal(true);
  });

  it('view prints what there is of a recording that was cut, and then tells it', async () => {
    const cut = join(folder, 'cut');
    writeFileSync(cut, readFileSync(bootPath).subarray(0, 4000));
    const { code, out, error } = await run('view', cut);
    expect(out.length).to.be.greaterThan(20);
    expect(code).to.equal(2);
    expect(error).to.have.lengthOf(1);
    expect(error[0]).to.match(/^recording: EINVAL recording.format.*middle of an item/);
  });

  it('diff, replay and vcd take a recording that was cut with --allow-truncated, and refuse it without', async () => {
    const cut = join(folder, 'cut-off');
    const whole = readFileSync(bootPath);
    writeFileSync(cut, whole.subarray(0, whole.length - 1));
    for (const args of [
      ['diff', cut, cut],
      ['replay', cut, '--driver', driver],
      ['vcd', cut],
    ]) {
      const refused = await run(...args);
      expect(refused.code, args[0]).to.equal(2);
      expect(refused.error[0], args[0]).to.match(/truncated/);
      const { code, error } = await run(...args, '--allow-truncated');
      expect([code, error], args[0]).to.deep.equal([0, []]);
    }
  });

  it('what a recording says is shown without the characters that control a terminal', async () => {
    const { header } = bootRecording();
    const path = join(folder, 'hostile');
    const sink = memorySink();
    const writer = new RecordingWriter(sink, {
      ...header,
      mdev: { ...header.mdev, type: 'red\u001b[31m\u202etype' },
    });
    writer.write({ kind: 'event', time: 0, event: { kind: 'error', message: 'a\nb\u009b2J' } });
    writer.end();
    writeFileSync(path, sink.bytes);
    const shown = await run('view', path);
    expect(shown.out[0]).to.include('red\\u{1b}[31m\\u{202e}type');
    expect(shown.out.at(-1)).to.match(/event error \{ message a\\u\{a\}b\\u\{9b\}2J \}$/);
    const { error } = await run('replay', path, '--driver', driver);
    expect(error[0]).to.include('has no type red\\u{1b}[31m');
    for (const line of [...shown.out, ...error]) {
      expect(line).not.to.match(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it('diff answers 0 for the same, and 1 and the difference for others', async () => {
    expect(await run('diff', bootPath, bootPath)).to.deep.equal({
      code: 0,
      out: ['no differences'],
      error: [],
    });
    const { code, out } = await run('diff', bootPath, changed);
    expect(code).to.equal(1);
    expect(out[0]).to.match(/^call \d+: read registers.IN_HIGH, 1: first 0x00, second 0x07$/);
    expect(out[1]).to.equal('1 differences');
  });

  it('replay --driver loads a module, and tells what is other than recorded', async () => {
    expect(await run('replay', bootPath, '--driver', driver)).to.deep.include({
      code: 0,
      error: [],
    });
    const { code, out } = await run('replay', changed, '--driver', driver);
    expect(code).to.equal(1);
    expect(out[1]).to.match(/^call \d+: read registers.IN_HIGH, 1: expected 0x07, got 0x00$/);
  });

  it('replay --driver takes a module whose only driver has another name, and no module with two', async () => {
    expect(await run('replay', bootPath, '--driver', fixture('named-driver'))).to.deep.include({
      code: 0,
      error: [],
    });
    const { code, error } = await run('replay', bootPath, '--driver', fixture('two-drivers'));
    expect(code).to.equal(2);
    expect(error[0]).to.match(/two-drivers\.js has no driver as its default export, and 2 under/);
  });

  it('replay --socket is a client of a vfio-user server', async () => {
    await using host = new MdevHost();
    await host.load(gpioDriver(new PinBoard()));
    const { uuid } = await host.create({ parent: 'gpio0', type: 'gpio-idio16' });
    await using server = VfioUserServer.listen(await host.attach(uuid), {
      path: join(folder, 'sock'),
    });
    server.run();
    const { code, out, error } = await run('replay', bootPath, '--socket', server.path);
    expect([code, error, out.at(-1)]).to.deep.equal([0, [], 'no differences']);
  });

  it('says how it is called', async () => {
    const { code, out } = await run('--help');
    expect(code).to.equal(0);
    expect(out.join('\n')).to.match(/view FILE[^]*diff A B[^]*replay FILE --socket PATH/);
  });

  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['an unknown command', ['frobnicate']],
    ['a file too few', ['diff', bootPath]],
    ['a file that is not there', ['view', '/nowhere']],
    ['a file that is no recording', ['diff', driver, driver]],
    ['neither driver nor socket', ['replay', bootPath]],
    ['a driver that is not there', ['replay', bootPath, '--driver', '@mdevkit/nothing']],
    ['a driver without the type', ['replay', bootPath, '--driver', '@mdevkit/accel']],
    ['nobody behind the socket', ['replay', bootPath, '--socket', '/nowhere']],
    ['an unknown option', ['view', bootPath, '--loud']],
  ];
  for (const [title, args] of wrong) {
    it(`answers 2 and one line for ${title}`, async () => {
      const { code, error } = await run(...args);
      expect(code).to.equal(2);
      expect(error).to.have.lengthOf(1);
      expect(error[0]).to.match(/^recording: /);
    });
  }

  it('vcd: prints waveforms, with the registers by name', async () => {
    const { code, out } = await run('vcd', bootPath);
    expect(code).to.equal(0);
    expect(out.join('\n')).to.match(/^\$.*[^]*\$var [^]*IN_LOW[^]*\$enddefinitions/);
  });
});
