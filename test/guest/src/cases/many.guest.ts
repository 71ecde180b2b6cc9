import { expect } from 'chai';
import { describe, it } from 'mocha';
import { PROBE_VECTORS, probeDriver, probeId, probeRegisters } from '../devices/index.js';
import { bindVfioPci, boot, type Guest, pciAddresses } from '../guest/index.js';
import { intelIommu, rootPorts, vfioUserDevice } from '../qemu/index.js';
import { serveMdevs, type ServedMdevs } from '../serve/index.js';
import { useLab } from './use-guest.js';

const COUNT = 16;

const at = probeRegisters.offsetOf.bind(probeRegisters);

/** Runs `command` for each address, as `$a`, and gives the number that each printed. */
async function forEach(
  guest: Guest,
  addresses: readonly string[],
  command: string,
): Promise<number[]> {
  const output = await guest.read(
    `n=0; for a in ${addresses.join(' ')}; do r=/sys/bus/pci/devices/$a/resource0; ${command}; n=$((n + 1)); done`,
    120_000,
  );
  return [...output.matchAll(/^value (0x[0-9a-f]{8})$/gm)].map(([, value]) => Number(value));
}

/** What the mdevs are known by, in the order of their sockets. */
function identities({ all }: ServedMdevs): number[] {
  return all.map(({ uuid }) => Number.parseInt(uuid.slice(0, 8), 16));
}

describe('16 mdevs in one guest (vfio-user specification: one device for one socket)', () => {
  const lab = useLab();

  it('each is itself: its identity, its registers, its interrupts', async () => {
    await using served = await serveMdevs(probeDriver(), 'probe-one', COUNT);
    await using guest = await boot(lab(), {
      modules: ['vfio-pci', 'vfio_iommu_type1'],
      programs: ['mmio-read', 'mmio-write', 'vfio-irq'],
      kernelOptions: ['intel_iommu=on'],
      bootLimitMs: 120_000,
      devices: [
        intelIommu(),
        ...rootPorts(COUNT),
        ...served.all.map(({ path }, index) =>
          vfioUserDevice({ id: `probe${index}`, bus: `port${index}`, path }),
        ),
      ],
    });
    // One below each root port: the order of the buses is that of the ports.
    const addresses = await pciAddresses(guest, probeId.vendor, probeId.device);
    expect(addresses).to.have.length(COUNT);

    const ids = await forEach(
      guest,
      addresses,
      `echo 1 >/sys/bus/pci/devices/$a/enable; mmio-read $r ${at('ID')} 1`,
    );
    expect(ids).to.deep.equal(identities(served));

    const values = addresses.map((_, index) => 0x1000 + index * 3);
    await forEach(guest, addresses, `mmio-write $r ${at('SCRATCH')} $((0x1000 + n * 3))`);
    expect(await forEach(guest, addresses, `mmio-read $r ${at('SCRATCH')} 1`)).to.deep.equal(
      values,
    );

    const before = interrupts(served);
    for (const [index, address] of addresses.entries()) {
      await bindVfioPci(guest, address);
      const vector = index % PROBE_VECTORS;
      const raised = await guest.run(
        `vfio-irq ${address} msix ${vector} ${at('DOORBELL')} ${vector}`,
      );
      expect(raised.output, address).to.equal(`vectors ${PROBE_VECTORS}\ninterrupts 1\n`);
      const now = interrupts(served);
      expect(now.map((count, other) => count - (before[other] ?? 0))).to.deep.equal(
        addresses.map((_, other) => (other <= index ? 1 : 0)),
      );
    }
  });
});

function interrupts({ all, host }: ServedMdevs): number[] {
  return all.map(({ uuid }) => host.info(uuid).counters.interrupts);
}
