import { gpioDriver, PinBoard } from '@mdevkit/example-gpio';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { rootPorts, vfioUserDevice } from '../qemu/index.js';
import { serveMdevs, type ServedMdevs } from '../serve/index.js';
import { useGuest } from './use-guest.js';

const CHIP = '/dev/gpiochip0';
/** The driver's lines: 16 outputs, then 16 inputs. */
const FIRST_INPUT = 16;

describe('examples/gpio under Linux (drivers/gpio/gpio-pci-idio-16.c)', () => {
  const board = new PinBoard();
  let served: ServedMdevs | undefined;

  before(async () => {
    served = await serveMdevs(gpioDriver(board), 'gpio-idio16', 1);
  });

  const guest = useGuest(() => ({
    modules: ['gpio-pci-idio-16'],
    programs: ['gpio-lines'],
    devices: [
      ...rootPorts(1),
      vfioUserDevice({ id: 'gpio0', bus: 'port0', path: served?.at(0).path ?? '' }),
    ],
  }));

  // Here, because the driver's interrupt lasts until the guest ends.
  before(async () => {
    await guest().read('modprobe gpio-pci-idio-16');
  });

  after(async () => {
    await served?.[Symbol.asyncDispose]();
  });

  it('the stock driver binds it by its ids (pci_device_id 494f:0dc8)', async () => {
    const driver = await guest().read('readlink /sys/bus/pci/devices/0000:01:00.0/driver');
    expect(driver).to.match(/\/pci-idio-16$/);
  });

  it('what the guest sets is on the board (drivers/gpio/gpio-idio-16.c, outputs)', async () => {
    for (const outputs of [0xa5c3, 0x0001, 0x8000, 0xffff, 0x0000]) {
      await guest().read(`gpio-lines ${CHIP} set 0 16 ${outputs}`);
      expect(board.outputs).to.equal(outputs);
    }
    await guest().read(`gpio-lines ${CHIP} set 9 1 1`);
    expect(board.outputs).to.equal(1 << 9);
  });

  it('what the board sets the guest reads (drivers/gpio/gpio-idio-16.c, inputs)', async () => {
    for (const inputs of [0x0000, 0x3c5a, 0x0001, 0x8000, 0xffff]) {
      board.inputs = inputs;
      const value = await guest().read(`gpio-lines ${CHIP} get ${FIRST_INPUT} 16`);
      expect(Number(value.replace('value ', ''))).to.equal(inputs);
    }
  });

  // All inputs are waited for: the driver's 16 interrupts are one bit, and regmap-irq.c takes those that nobody
  // has asked for as interrupt 0, the timer of a PC, which ends the guest.
  it('a change interrupts, and each one does (drivers/base/regmap/regmap-irq.c, regmap_irq_thread)', async () => {
    const changes = [0x0008, 0x0018, 0x8018, 0x8010, 0x0000];
    board.inputs = 0;
    const { console: log } = guest().qemu;
    let from = log.length;
    const command = `gpio-lines ${CHIP} wait ${FIRST_INPUT} 16 ${changes.length} >/dev/console 2>&1`;
    const ended = guest().run(command);
    await guest().waitFor(/waiting/, { from });
    for (const inputs of changes) {
      from = log.length;
      board.inputs = inputs;
      const [, value] = await guest().waitFor(/value (0x[0-9a-f]{8})\n/, { from });
      expect(Number(value)).to.equal(inputs);
    }
    expect((await ended).code).to.equal(0);
  });
});
