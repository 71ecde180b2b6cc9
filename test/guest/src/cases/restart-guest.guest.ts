import { expect } from 'chai';
import { describe, it } from 'mocha';
import { probeDriver, probeRegisters } from '../devices/index.js';
import { CommandChannel } from '../guest/command-channel.js';
import { Guest } from '../guest/index.js';
import { initramfs } from '../initramfs/index.js';
import { type Lab } from '../lab/index.js';
import { Qemu, rootPorts, vfioUserDevice } from '../qemu/index.js';
import { serveMdevs } from '../serve/index.js';
import { GuestRegisters } from './guest-registers.js';
import { useLab } from './use-guest.js';

const BOOT_LIMIT_MS = 60_000;
const SCRATCH = probeRegisters.offsetOf('SCRATCH');

/** A guest that starts again, in the same QEMU, when it is reset. */
class RestartingGuest implements AsyncDisposable {
  readonly guest: Guest;
  readonly #commands: CommandChannel;

  private constructor(qemu: Qemu, commands: CommandChannel) {
    this.guest = new Guest(qemu, commands);
    this.#commands = commands;
  }

  static async boot(lab: Lab, path: string): Promise<RestartingGuest> {
    const qemu = await Qemu.start(lab, {
      kernel: lab.kernel,
      initrd: await initramfs(lab, { programs: ['mmio-read', 'mmio-write'] }),
      append: 'console=ttyS0 panic=-1',
      devices: [...rootPorts(1), vfioUserDevice({ id: 'probe0', bus: 'port0', path })],
      more: ['-action', 'reboot=reset'],
    });
    const restarting = new RestartingGuest(qemu, new CommandChannel(qemu.commands));
    try {
      await restarting.#commands.ready(BOOT_LIMIT_MS);
      return restarting;
    } catch (error) {
      await qemu[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Resolves when the shell is ready that comes after `reset`. */
  async after(reset: () => Promise<unknown>): Promise<void> {
    const ready = this.#commands.ready(BOOT_LIMIT_MS);
    await Promise.all([ready, reset()]);
  }

  reboot(): void {
    this.#commands.send('reboot -f');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.guest[Symbol.asyncDispose]();
  }
}

describe('a guest that restarts (vfio-user specification, DEVICE_RESET)', () => {
  const lab = useLab();

  it('finds the device as new, whoever has reset it', async () => {
    await using served = await serveMdevs(probeDriver(), 'probe-one', 1);
    const { path, uuid } = served.at(0);
    await using restarting = await RestartingGuest.boot(lab(), path);
    const { guest } = restarting;
    const resets: (() => Promise<unknown>)[] = [
      () => guest.monitor.execute('system_reset'),
      async () => restarting.reboot(),
    ];
    for (const reset of resets) {
      const registers = await GuestRegisters.of(guest, '0000:01:00.0');
      expect(await registers.read(SCRATCH)).to.equal(0);
      expect(await registers.write(SCRATCH, 0x1234)).to.equal(0x1234);
      const before = served.host.info(uuid).counters.resets;
      await restarting.after(reset);
      expect(served.host.info(uuid).counters.resets).to.be.greaterThan(before);
    }
    const registers = await GuestRegisters.of(guest, '0000:01:00.0');
    expect(await registers.read(probeRegisters.offsetOf('ID'))).to.equal(
      Number.parseInt(uuid.slice(0, 8), 16),
    );
    expect(await registers.read(SCRATCH)).to.equal(0);
  });
});
