import { initramfs, type InitramfsContents } from '../initramfs/index.js';
import { type Lab } from '../lab/index.js';
import { type MachineOptions, Qemu } from '../qemu/index.js';
import { CommandChannel } from './command-channel.js';
import { GuestError } from './guest-error.js';
import { Guest } from './guest.js';

/** A guest: its machine, and what is in its initramfs. */
export interface GuestOptions
  extends InitramfsContents, Omit<MachineOptions, 'kernel' | 'initrd' | 'append'> {
  /** Words that are added to the kernel's command line. */
  readonly kernelOptions?: readonly string[];
  /** The time that the guest may take until its shell is ready. 60 s if absent. */
  readonly bootLimitMs?: number;
}

/**
 * A panic ends QEMU (`-no-reboot`), so that whoever waits is told at once. The check of the timer counts
 * ticks against the processor's speed, and panics when a busy host gives TCG too few of them.
 */
const kernelOptions = ['console=ttyS0', 'panic=-1', 'no_timer_check'];

/** Boots the lab's Linux and waits until its shell is ready. */
export async function boot(lab: Lab, options: GuestOptions = {}): Promise<Guest> {
  const { kernelOptions: own = [], bootLimitMs = 60_000, ...others } = options;
  const { modules = [], programs = [], labPrograms = [], ...machine } = others;
  const qemu = await Qemu.start(lab, {
    ...machine,
    kernel: lab.kernel,
    initrd: await initramfs(lab, { modules, programs, labPrograms }),
    append: [...kernelOptions, ...own].join(' '),
  });
  const commands = new CommandChannel(qemu.commands);
  try {
    await commands.ready(bootLimitMs);
    return new Guest(qemu, commands);
  } catch (error) {
    throw await failedBoot(qemu, commands, error);
  }
}

async function failedBoot(
  qemu: Qemu,
  commands: CommandChannel,
  cause: unknown,
): Promise<GuestError> {
  if (commands.closed) {
    // It ends by itself: how, is worth knowing.
    await qemu.exited;
  }
  const error = new GuestError('the guest did not boot', qemu, cause);
  await qemu[Symbol.asyncDispose]();
  return error;
}
