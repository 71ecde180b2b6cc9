import { type QuiesceCause } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { probeCommand, probeDriver, probeStatus } from '../devices/index.js';
import { disconnected, serveMdevs } from '../serve/index.js';
import { ProbeUnderQtest } from './probe-under-qtest.js';
import { useLab } from './use-guest.js';

const QUIESCE_MS = 100;

/** Where the BIOS is, and after {@link shadowBios} memory. */
const BIOS = 0xf_0000;

/** Has the host bridge put memory there: what was mapped around it is mapped anew (Intel 3 series, PAM0, 5.1.23). */
async function shadowBios({ machine }: ProbeUnderQtest): Promise<void> {
  await machine.pci.root.at(0).write(0x90, 1, 0x30);
}

describe('a device that takes its time to become quiet (vfio-user specification, DMA_UNMAP)', () => {
  const lab = useLab();

  it('attaches, is reset, works, and is attached again; each silence has an end', async () => {
    const causes: QuiesceCause[] = [];
    let [silences, most] = [0, 0];
    const onQuiesce = (cause: QuiesceCause | undefined): void => {
      silences += cause === undefined ? -1 : 1;
      most = Math.max(most, silences);
      if (cause !== undefined) {
        causes.push(cause);
      }
    };
    const driver = probeDriver({ quiesceMs: QUIESCE_MS, onQuiesce });
    await using served = await serveMdevs(driver, 'probe-one', 1);
    for (let round = 0; round < 2; round += 1) {
      causes.length = 0;
      const left = disconnected(served.at(0).server);
      {
        await using probe = await ProbeUnderQtest.attach(lab(), served.at(0));
        const { monitor, qtest } = probe.machine;
        expect(causes).to.include.members(['map', 'reset']);
        causes.length = 0;
        await shadowBios(probe);
        expect(causes).to.include.members(['unmap', 'map']);
        await qtest.writeMemory(0x20_0000, Buffer.from('shadow'));
        expect(await probe.copy(probeCommand.copyNow, 0x20_0000, BIOS, 6)).to.equal(
          probeStatus.done,
        );
        expect(await qtest.readMemory(BIOS, 6)).to.deep.equal(Buffer.from('shadow'));
        await monitor.execute('set-action', { reboot: 'reset' });
        const reset = monitor.nextEvent('RESET');
        await monitor.execute('system_reset');
        await reset;
        await probe.findAgain();
        await qtest.writeMemory(0x20_0000, Buffer.from('quiet'));
        expect(await probe.copy(probeCommand.copyNow, 0x20_0000, 0x40_0000, 5)).to.equal(
          probeStatus.done,
        );
        expect(await qtest.readMemory(0x40_0000, 5)).to.deep.equal(Buffer.from('quiet'));
        expect([silences, most]).to.deep.equal([0, 1]);
      }
      expect(await left).to.equal('closed');
      expect(causes.at(-1)).to.equal('disconnect');
    }
  });

  it('a function level reset waits for it (PCI Express Base, 6.6.2)', async () => {
    const causes: (QuiesceCause | undefined)[] = [];
    const driver = probeDriver({ quiesceMs: QUIESCE_MS, onQuiesce: (cause) => causes.push(cause) });
    await using served = await serveMdevs(driver, 'probe-one', 1);
    await using probe = await ProbeUnderQtest.attach(lab(), served.at(0));
    await probe.write('SCRATCH', 1);
    causes.length = 0;
    await probe.functionLevelReset();
    expect(causes).to.deep.equal(['function-reset', undefined]);
    await probe.enable();
    expect(await probe.read('SCRATCH')).to.equal(0);
  });
});
