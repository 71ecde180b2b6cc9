import { openLab } from '../lab/index.js';
import { Qemu } from '../qemu/index.js';

/*
 * A program that starts a QEMU, prints its process id, and waits to be killed.
 */
const qemu = await Qemu.start(await openLab(), { accelerator: 'qtest' });
process.stdout.write(`${qemu.pid ?? 0}\n`);
