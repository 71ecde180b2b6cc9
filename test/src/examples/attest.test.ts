import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { inRepository } from './repository.js';
import { PROGRAM_TEST_LIMIT_MS, runProgram, type ProgramRun } from './run-program.js';

const device = inRepository('examples/doe/dist/main.js');

/** What each way of being wrong is refused for. */
const reasons = {
  measurement: 'doe.spdm-measurement',
  certificate: 'doe.spdm-untrusted',
  nonce: 'doe.spdm-replayed',
  chain: 'doe.spdm-chain-truncated',
} as const;

function attest(...args: readonly string[]): Promise<ProgramRun> {
  return runProgram(inRepository('examples/attest/dist/main.js'), args);
}

describe('example:attest', () => {
  it('spdm attest example: --json says trusted, and how it knows; exit 0 (DSP0274 1.3)', async () => {
    const { code, stdout, stderr } = await attest('--json');
    expect([code, stderr]).to.deep.equal([0, '']);
    const answer: unknown = JSON.parse(stdout);
    expect(answer).to.include({ verdict: 'trusted', version: '1.3' });
    expect(answer).to.have.nested.property('chain.length', 3);
    expect(answer).to.have.nested.property('measurements.length', 3);
    expect(answer).to.have.nested.property('session.id').that.is.greaterThan(0);
  }).timeout(PROGRAM_TEST_LIMIT_MS);

  it('spdm attest example: prints chain, measurements and verdict', async () => {
    const { code, stdout } = await attest();
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^certificate: CN=mdevkit device, issued by CN=mdevkit intermediate$/m)
      .and.to.match(/^measurement 2: \(firmware\) [0-9a-f]{32}…, as expected$/m)
      .and.to.match(/^verdict: trusted$/m);
  }).timeout(PROGRAM_TEST_LIMIT_MS);

  for (const [tamper, reason] of Object.entries(reasons)) {
    it(`spdm attest example: --tamper ${tamper} is refused, ${reason}; exit 1`, async () => {
      const { code, stdout, stderr } = await attest('--json', '--tamper', tamper);
      expect([code, stderr]).to.deep.equal([1, '']);
      expect(JSON.parse(stdout)).to.include({ verdict: 'refused', reason });
    }).timeout(PROGRAM_TEST_LIMIT_MS);
  }

  for (const [what, args, message] of [
    ['a word that is no tamper', ['--tamper', 'luck'], /--tamper is one of measurement, /],
    ['a socket that is not there', ['--socket', '/nowhere'], /ENOENT/],
    [
      'a tamper for a device elsewhere',
      ['--socket', '/x', '--tamper', 'nonce'],
      /tampered with there/,
    ],
    ['an unknown option', ['--frobnicate'], /Unknown option '--frobnicate'/],
  ] as const) {
    it(`spdm attest example: ${what} is one line on stderr, exit 2`, async () => {
      const { code, stdout, stderr } = await attest(...args);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr)
        .to.match(message)
        .and.to.match(/^attest: [^\n]*\n$/);
    }).timeout(PROGRAM_TEST_LIMIT_MS);
  }
});

describe('example:doe', () => {
  let folder = '';
  const children: ChildProcess[] = [];

  /** Starts the device, and waits for the first that it says. */
  async function serve(...args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, [device, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    // One that cannot serve says why, and ends.
    const [said] = (await Promise.race([
      once(child.stdout, 'data'),
      once(child.stderr, 'data'),
    ])) as [Buffer];
    return said.toString();
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mdevkit-doe-'));
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
      expect(child.exitCode, 'a signal ends it orderly').to.equal(0);
    }
    rmSync(folder, { recursive: true });
  });

  it('spdm attest example: a device of another process is attested over vfio-user', async () => {
    const socket = join(folder, 'device');
    expect(await serve('--socket', socket)).to.match(/^qemu-system-x86_64 [^]*vfio-user-pci/);
    const { code, stdout, stderr } = await attest('--json', '--socket', socket);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(JSON.parse(stdout)).to.include({ verdict: 'trusted' });
  }).timeout(PROGRAM_TEST_LIMIT_MS);

  for (const [tamper, reason] of Object.entries(reasons)) {
    it(`spdm attest example: one with --tamper ${tamper} is refused over vfio-user as well, ${reason}`, async () => {
      const socket = join(folder, 'device');
      await serve('--socket', socket, '--tamper', tamper);
      const { code, stdout, stderr } = await attest('--json', '--socket', socket);
      expect([code, stderr]).to.deep.equal([1, '']);
      expect(JSON.parse(stdout)).to.include({ verdict: 'refused', reason });
    }).timeout(PROGRAM_TEST_LIMIT_MS);
  }

  it('spdm emu example: --spdm-listen answers in the framing of spdm-emu (DMTF/spdm-emu spdm_emu_common/command.h)', async () => {
    const said = await serve('--spdm-listen', '0');
    const port = Number(/port (\d+)/.exec(said)?.[1]);
    // The test command, then GET_VERSION in a data object of PCI DOE.
    const hello = Buffer.from('Client Hello!\0');
    expect((await ask(port, 0xdead, 2, hello)).toString()).to.equal('Server Hello!\0');
    const getVersion = Buffer.from('010001000300000010840000', 'hex');
    const answer = await ask(port, 1, 2, getVersion);
    expect(answer.subarray(0, 4).toString('hex')).to.equal('01000100');
    expect(answer.readUInt32LE(4) * 4).to.equal(answer.length);
    expect(answer.subarray(8, 10).toString('hex')).to.equal('1004');
  }).timeout(PROGRAM_TEST_LIMIT_MS);
});

/** One command of the framing and its answer's payload, over a connection of its own. */
async function ask(
  port: number,
  command: number,
  transport: number,
  payload: Buffer,
): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  const header = Buffer.alloc(12);
  header.writeUInt32BE(command, 0);
  header.writeUInt32BE(transport, 4);
  header.writeUInt32BE(payload.length, 8);
  socket.write(Buffer.concat([header, payload]));
  let received = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, chunk]);
    if (received.length >= 12 && received.length >= 12 + received.readUInt32BE(8)) {
      break;
    }
  }
  socket.destroy();
  expect([received.readUInt32BE(0), received.readUInt32BE(4)]).to.deep.equal([command, transport]);
  return received.subarray(12);
}
