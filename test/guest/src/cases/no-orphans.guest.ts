import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Qemu } from '../qemu/index.js';
import { useLab } from './use-guest.js';

async function gone(pid: number): Promise<void> {
  while (existsSync(`/proc/${pid}`)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('Qemu (own rule: none is left behind)', () => {
  const lab = useLab();

  async function startOwner(): Promise<{ owner: ChildProcess; pid: number }> {
    const owner = spawn(process.execPath, [join(import.meta.dirname, 'killed-owner.js')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = (await once(owner.stdout, 'data')) as [Buffer];
    return { owner, pid: Number(pid) };
  }

  it('ends when it is disposed, and says so', async () => {
    const qemu = await Qemu.start(lab(), { accelerator: 'qtest' });
    expect(existsSync(`/proc/${qemu.pid ?? 0}`)).to.equal(true);
    await qemu[Symbol.asyncDispose]();
    expect(await qemu.exited).to.deep.equal({ code: undefined, signal: 'SIGKILL' });
    expect(existsSync(`/proc/${qemu.pid ?? 0}`)).to.equal(false);
  });

  it('ends when its owner is killed', async () => {
    const { owner, pid } = await startOwner();
    expect(existsSync(`/proc/${pid}`)).to.equal(true);
    owner.kill('SIGKILL');
    await once(owner, 'close');
    await gone(pid);
  });

  it('is told when QEMU is killed', async () => {
    await using qemu = await Qemu.start(lab(), { accelerator: 'qtest' });
    const event = qemu.monitor.nextEvent('RESET').catch((error: unknown) => error);
    process.kill(qemu.pid ?? 0, 'SIGKILL');
    expect(await event).to.have.property('message', 'QEMU closed its monitor');
    expect(await qemu.waitForExit()).to.deep.equal({ code: undefined, signal: 'SIGKILL' });
  });
});
