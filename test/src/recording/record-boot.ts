import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MdevHost } from '@mdevkit/core';
import { gpioDriver, PinBoard } from '@mdevkit/example-gpio';
import { boot, openLab, rootPorts, vfioUserDevice } from '@mdevkit/test-guest';
import { fileSink, Recorder } from '@mdevkit/testing';
import { VfioUserServer } from '@mdevkit/vfio-user';

/*
 * `node test/dist/recording/record-boot.js [FILE]`: records what a stock QEMU, its firmware, and a stock Linux do to the
 * card of `examples/gpio` until its driver is bound and two lines have been used. The fixture is made by it.
 */
const fixture = new URL('../../src/recording/fixtures/qemu-boot-gpio.cbor', import.meta.url);
const [, , path = fileURLToPath(fixture)] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'mdev-'));
try {
  const recorder = new Recorder({ open: () => fileSink(path) });
  await using host = new MdevHost({ interposers: [recorder] });
  await host.load(gpioDriver(new PinBoard()));
  const { uuid } = await host.create({ parent: 'gpio0', type: 'gpio-idio16' });
  await using server = VfioUserServer.listen(await host.attach(uuid), {
    path: join(folder, 'gpio.sock'),
  });
  server.run();
  const lab = await openLab((line) => process.stderr.write(`lab: ${line}\n`));
  await using guest = await boot(lab, {
    modules: ['gpio-pci-idio-16'],
    programs: ['gpio-lines'],
    devices: [...rootPorts(1), vfioUserDevice({ id: 'gpio0', bus: 'port0', path: server.path })],
  });
  await guest.read('modprobe gpio-pci-idio-16');
  for (const outputs of [0xa5c3, 0x0001]) {
    await guest.read(`gpio-lines /dev/gpiochip0 set 0 16 ${outputs}`);
  }
  await guest.read('gpio-lines /dev/gpiochip0 get 16 16');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${path}: ${statSync(path).size} bytes\n`);
