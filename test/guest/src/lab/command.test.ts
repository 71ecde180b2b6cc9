import { expect } from 'chai';
import { describe, it } from 'mocha';
import { run, withArguments } from './command.js';
import { LabError } from './lab-error.js';

const node = { file: process.execPath, args: ['-e'] };

async function failureOf(work: Promise<unknown>): Promise<LabError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(LabError);
  return error as LabError;
}

describe('run (own rule)', () => {
  it('gives what a program prints', async () => {
    const command = withArguments(node, 'process.stdout.write(process.env.WORD)');
    expect(String(await run({ ...command, env: { WORD: 'said' } }, 10_000))).to.equal('said');
  });

  it('fails with the code and with what the program said', async () => {
    const script = 'console.error("because"); process.exitCode = 3';
    const error = await failureOf(run(withArguments(node, script), 10_000));
    expect(error.message).to.match(/: ended with 3$/);
    expect(error.detail).to.equal('because');
  });

  it('fails when there is no such program', async () => {
    const error = await failureOf(run({ file: '/nowhere/program', args: [] }, 10_000));
    expect(error.message).to.include('ENOENT');
  });

  it('ends a program that takes too long', async () => {
    const error = await failureOf(
      run(withArguments(node, 'process.stdin.resume(); setInterval(() => 0, 1e6)'), 1),
    );
    expect(error.message).to.include('aborted');
  });
});
