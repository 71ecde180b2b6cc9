import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { PROBE_LONGEST_COPY, probeCommand, probeDriver, probeStatus } from '../devices/index.js';
import { serveMdevs, type ServedMdevs } from '../serve/index.js';
import { plainMemory, ProbeUnderQtest } from './probe-under-qtest.js';
import { useLab } from './use-guest.js';

const SOURCE = 0x20_0000;
const TARGET = 0x60_0000;
const OTHER_TARGET = 0xa0_0000;
const LENGTH = 0x1_0000;

function pattern(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 13 + (index >> 8)) & 0xff));
}

describe('memory of a QEMU that gives no descriptors (vfio-user specification, DMA_READ, DMA_WRITE)', () => {
  const lab = useLab();
  let served: ServedMdevs;

  beforeEach(async () => {
    served = await serveMdevs(probeDriver(), 'probe-one', 1);
  });

  afterEach(async () => {
    await served[Symbol.asyncDispose]();
  });

  async function attach(): Promise<ProbeUnderQtest> {
    return ProbeUnderQtest.attach(lab(), served.at(0), plainMemory);
  }

  it('fetch and store move it, whatever its length and alignment', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    for (const length of [1, 7, 4096, LENGTH]) {
      const bytes = pattern(length);
      await qtest.writeMemory(SOURCE + 3, bytes);
      expect(
        await probe.copy(probeCommand.copyLater, SOURCE + 3, TARGET + 1, length),
        `${length} bytes`,
      ).to.equal(probeStatus.done);
      expect(await qtest.readMemory(TARGET + 1, length)).to.deep.equal(bytes);
      expect(await qtest.readMemory(TARGET + 1 + length, 4)).to.deep.equal(Buffer.alloc(4));
    }
  });

  // QEMU takes a write that its socket has cut short for a whole one (hw/vfio-user/proxy.c, vfio_user_send_qio):
  // a server must not ask for a reply that Linux may cut.
  it('several transfers at once, each longer than the socket of QEMU can hold (net/unix/af_unix.c, unix_stream_sendmsg)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    const bytes = pattern(PROBE_LONGEST_COPY);
    await qtest.writeMemory(SOURCE, bytes);
    await probe.startCopy(probeCommand.copyLater, SOURCE, TARGET, bytes.length);
    await probe.startCopy(probeCommand.copyLater, SOURCE, OTHER_TARGET, bytes.length);
    for (const target of [TARGET, OTHER_TARGET]) {
      await qtest.until('the last byte', async () => {
        return (await qtest.read(target + bytes.length - 1, 1)) === bytes.at(-1) || undefined;
      });
      expect(bytes.equals(await qtest.readMemory(target, bytes.length))).to.equal(true);
    }
    expect(await probe.read('STATUS')).to.equal(probeStatus.done);
  });

  it('an access at once faults, and the device goes on (own rule)', async () => {
    await using probe = await attach();
    await probe.machine.qtest.writeMemory(SOURCE, pattern(16));
    expect(await probe.copy(probeCommand.copyNow, SOURCE, TARGET, 16)).to.equal(probeStatus.fault);
    expect(await probe.copy(probeCommand.copyLater, SOURCE, TARGET, 16)).to.equal(probeStatus.done);
  });

  it('what is not memory faults, and nothing is stored', async () => {
    await using probe = await attach();
    expect(await probe.copy(probeCommand.copyLater, 0x3000_0000, TARGET, 16)).to.equal(
      probeStatus.fault,
    );
    expect(await probe.copy(probeCommand.copyLater, SOURCE, 0x3000_0000, 16)).to.equal(
      probeStatus.fault,
    );
    expect(await probe.machine.qtest.readMemory(TARGET, 16)).to.deep.equal(Buffer.alloc(16));
  });

  it('accesses of registers are answered while it moves (QEMU hw/vfio-user/proxy.c: one lock for both)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    await qtest.writeMemory(SOURCE, pattern(LENGTH));
    for (let round = 0; round < 20; round += 1) {
      const ended = probe.copy(probeCommand.copyLater, SOURCE, TARGET, LENGTH);
      await probe.write('SCRATCH', round);
      expect(await probe.read('SCRATCH')).to.equal(round);
      expect(await ended).to.equal(probeStatus.done);
    }
    expect(await qtest.readMemory(TARGET, LENGTH)).to.deep.equal(pattern(LENGTH));
  });

  it('it ends with an interrupt, which comes behind the data (PCI Express Base, 2.4.1)', async () => {
    await using probe = await attach();
    const { qtest } = probe.machine;
    const message = { address: 0x1_0000, data: 0x77 };
    const msix = await probe.msix();
    await msix.program(0, message);
    await msix.enable();
    await qtest.writeMemory(SOURCE, pattern(4096));
    await probe.startCopy(probeCommand.copyLater, SOURCE, TARGET, 4096);
    await qtest.until('the interrupt', async () => {
      return (await qtest.read(message.address, 4)) === message.data || undefined;
    });
    expect(await qtest.readMemory(TARGET, 4096)).to.deep.equal(pattern(4096));
  });
});
