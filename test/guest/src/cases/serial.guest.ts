import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { HostLine, serialDriver } from '@mdevkit/example-serial';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { rootPorts, vfioUserDevice } from '../qemu/index.js';
import { disconnected, serveMdevs, type ServedMdevs } from '../serve/index.js';
import { LineEnd } from './line-end.js';
import { useGuest } from './use-guest.js';

/** Many FIFOs, and more than a terminal of Linux holds (drivers/tty/n_tty.c, N_TTY_BUF_SIZE). */
const LENGTH = 20_000;

describe('examples/serial under Linux (drivers/tty/serial/8250/8250_pci.c)', () => {
  const line = new HostLine();
  let served: ServedMdevs | undefined;
  let port = '';

  before(async () => {
    served = await serveMdevs(serialDriver(line), 'serial-16550a', 1);
  });

  const guest = useGuest(() => ({
    devices: [
      ...rootPorts(2),
      vfioUserDevice({ id: 'serial0', bus: 'port0', path: served?.at(0).path ?? '' }),
    ],
  }));

  before(async () => {
    const found = await guest().read("find /sys/bus/pci/devices/0000:01:00.0/ -name 'ttyS*'");
    port = `/dev/${basename(found)}`;
  });

  after(async () => {
    await served?.[Symbol.asyncDispose]();
  });

  it('the stock driver has found a 16550A (8250_port.c, autoconfig)', async () => {
    expect(port).to.match(/^\/dev\/ttyS\d+$/);
    const name = port.replace('/dev/', '');
    const text = guest().qemu.console.text;
    expect(text).to.match(
      new RegExp(`0000:01:00\\.0: ${name} at I/O 0x[0-9a-f]+ \\(irq = \\d+, .*\\) is a 16550A`),
    );
  });

  it('what the guest sends arrives, all of it (8250_port.c, serial8250_tx_chars)', async () => {
    await guest().read(`stty -F ${port} 115200 cs8 raw -echo crtscts`);
    using end = new LineEnd(line);
    const sum = await guest().read(
      `dd if=/dev/urandom bs=${LENGTH} count=1 of=/tmp/out 2>/dev/null; cat /tmp/out >${port}; ` +
        "md5sum </tmp/out | cut -d ' ' -f 1",
    );
    const bytes = await end.received(LENGTH);
    expect(createHash('md5').update(bytes).digest('hex')).to.equal(sum);
  });

  it('what is sent to it the guest reads, all of it, at its own pace (8250_port.c, serial8250_throttle)', async () => {
    await guest().read(`stty -F ${port} 115200 cs8 raw -echo crtscts`);
    const bytes = Buffer.from(
      Array.from({ length: LENGTH }, (_, index) => (index * 7 + (index >> 8)) & 0xff),
    );
    using end = new LineEnd(line);
    // It reads slowly at first: what the terminal cannot hold must wait on the line.
    const sum = guest().read(
      `(dd bs=1 count=100; dd bs=1 count=${LENGTH - 100}) <${port} 2>/dev/null | md5sum | cut -d ' ' -f 1`,
    );
    await end.send(bytes);
    expect(await sum).to.equal(createHash('md5').update(bytes).digest('hex'));
  });

  it('both ways at once, an echo in the guest (8250_port.c, serial8250_handle_irq)', async () => {
    await guest().read(`stty -F ${port} 115200 cs8 raw -echo crtscts`);
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 11) & 0xff));
    using end = new LineEnd(line);
    const echo = guest().read(`dd if=${port} of=${port} bs=1 count=${bytes.length} 2>/dev/null`);
    await end.send(bytes);
    expect(await end.received(bytes.length)).to.deep.equal(bytes);
    await echo;
  });

  it('the settings of stty are those of the line (8250_port.c, serial8250_do_set_termios)', async () => {
    await guest().read(`stty -F ${port} 9600 cs7 raw -echo -crtscts`);
    expect(await guest().read(`stty -F ${port} -a`)).to.match(/speed 9600 baud[^]*cs7/);
    using end = new LineEnd(line);
    await guest().read(`printf '\\377\\101' >${port}`);
    expect([...(await end.received(2))]).to.deep.equal([0x7f, 0x41]);
  });

  it('a second one is plugged in, works, and is pulled out; twice (drivers/pci/hotplug)', async () => {
    const other = new HostLine();
    await using second = await serveMdevs(serialDriver(other), 'serial-16550a', 1);
    const { monitor } = guest();
    const { path, server } = second.at(0);
    for (let round = 0; round < 2; round += 1) {
      const from = guest().qemu.console.length;
      await monitor.execute('device_add', vfioUserDevice({ id: 'hot', bus: 'port1', path }));
      const [, name = ''] = await guest().waitFor(/0000:02:00\.0: (ttyS\d+) at I\/O/, { from });
      using end = new LineEnd(other);
      await guest().read(`stty -F /dev/${name} raw -echo; echo plugged ${round} >/dev/${name}`);
      expect((await end.received(10)).toString()).to.equal(`plugged ${round}\n`);

      const gone = monitor.nextEvent('DEVICE_DELETED', ({ device }) => device === 'hot');
      const left = disconnected(server);
      await monitor.execute('device_del', { id: 'hot' });
      await gone;
      expect(await left).to.equal('closed');
      expect(await guest().read('lspci -s 02:00.0')).to.equal('');
    }
  });
});
