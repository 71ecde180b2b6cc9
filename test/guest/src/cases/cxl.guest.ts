import { cdatOfMemory, type CxlMemoryDevice, type DeclaredMemory } from '@mdevkit/doe';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { attestedFunction, cxlMemoryDriver, echo } from '../devices/index.js';
import { cxlHost, cxlMachine, rootPorts, vfioUserDevice } from '../qemu/index.js';
import { serveMdevs, type ServedMdevs } from '../serve/index.js';
import { bindAgain, cdatOf, cxlMemdevs, cxlModules, cxlProgram, startCxl } from './cxl-memory.js';
import { complaintsIn } from './kernel-log.js';
import { useGuest } from './use-guest.js';

const SIZE = 0x1000_0000;

/** Below the ports of {@link cxlHost}. */
const addresses = { qemu: '0000:0d:00.0', plain: '0000:0e:00.0', mixed: '0000:0f:00.0' } as const;

/** Of `mixed`: what is lost without power, and twice as much that is not. */
const ranges: readonly DeclaredMemory[] = [
  {
    dpa: 0,
    length: SIZE,
    volatile: true,
    latency: { read: 123, write: 217.5 },
    bandwidth: { read: 25_600, write: 12_345 },
  },
  {
    dpa: SIZE,
    length: 2 * SIZE,
    volatile: false,
    latency: { read: 400, write: 900 },
    bandwidth: { read: 8000, write: 2000 },
  },
];

describe('CXL memory under Linux (drivers/cxl/pci.c, drivers/cxl/core/pci.c)', () => {
  let plain: ServedMdevs | undefined;
  let mixed: ServedMdevs | undefined;
  let device: CxlMemoryDevice | undefined;

  before(async () => {
    const { driver } = await attestedFunction();
    plain = await serveMdevs(driver, 'doe-cxl-type3', 1);
    const options = {
      ranges,
      serial: 0x1234n,
      firmware: 'mdevkit 7',
      vectors: 1,
      features: [{ feature: echo(0x6d64, 1) }],
    };
    const onMade = (made: CxlMemoryDevice): void => {
      device = made;
    };
    mixed = await serveMdevs(cxlMemoryDriver(options, onMade), 'cxlmem-one', 1);
  });

  const guest = useGuest(() => ({
    modules: cxlModules,
    labPrograms: [cxlProgram],
    machine: cxlMachine,
    kernelOptions: ['dyndbg="file drivers/pci/doe.c +p"'],
    devices: [
      ...rootPorts(1),
      ...cxlHost(3),
      { driver: 'cxl-type3', id: 'mem0', bus: 'cxlport0', 'volatile-memdev': 'ram0' },
      vfioUserDevice({ id: 'mem1', bus: 'cxlport1', path: plain?.at(0).path ?? '' }),
      vfioUserDevice({ id: 'mem2', bus: 'cxlport2', path: mixed?.at(0).path ?? '' }),
    ],
    more: ['-object', `memory-backend-ram,id=ram0,size=${SIZE}`],
  }));

  /** The table of `mixed` as the device had declared it, as the kernel had read it, and again after a change. */
  const tables: { readonly declared: string; readonly read: string }[] = [];

  // Here, because the interrupts of a driver that binds last until the guest ends.
  before(async () => {
    const note = async (): Promise<void> => {
      const read = await cdatOf(guest(), addresses.mixed);
      const declared = Buffer.from(device?.cdat.table.bytes ?? []);
      tables.push({ declared: declared.toString('hex'), read: read.toString('hex') });
    };
    await startCxl(guest());
    await note();
    device?.cdat.update(cdatOfMemory({ ranges: ranges.toReversed() }).structures);
    await bindAgain(guest(), addresses.mixed);
    await note();
  });

  after(async () => {
    await plain?.[Symbol.asyncDispose]();
    await mixed?.[Symbol.asyncDispose]();
  });

  it('CDAT in sysfs is what the device declares, byte for byte (drivers/cxl/core/pci.c, read_cdat_data)', () => {
    const [first] = tables;
    expect(first?.declared).to.have.length(2 * (16 + 2 * 144));
    expect(first?.read).to.equal(first?.declared);
  });

  it('a table that changes is read anew when the driver comes again (CDAT 1.04, section 2, sequence)', () => {
    const [first, second] = tables;
    expect(second?.declared).to.not.equal(first?.declared);
    expect(second?.read).to.equal(second?.declared);
  });

  it("for the same memory it is QEMU's, byte for byte (QEMU hw/mem/cxl_type3.c, ct3_build_cdat_table)", async () => {
    const theirs = await cdatOf(guest(), addresses.qemu);
    expect(theirs).to.have.length(160);
    expect((await cdatOf(guest(), addresses.plain)).toString('hex')).to.equal(
      theirs.toString('hex'),
    );
  });

  it('cxl list shows the memory (drivers/cxl/core/mbox.c, cxl_dev_state_identify; ndctl)', async () => {
    const memdevs = await cxlMemdevs(guest());
    expect([...memdevs.keys()].sort()).to.deep.equal(Object.values(addresses));
    expect(memdevs.get(addresses.plain)).to.include({ ram_size: SIZE, serial: 0 });
    expect(memdevs.get(addresses.mixed)).to.include({
      ram_size: SIZE,
      pmem_size: 2 * SIZE,
      serial: 0x1234,
      firmware_version: 'mdevkit 7',
    });
  });

  it('the stock drivers have bound both, and complain of nothing but a command that is not there (drivers/cxl/pci.c, cxl_pci_probe; drivers/cxl/core/mbox.c, cxl_arm_dirty_shutdown)', async () => {
    const log = await guest().read('dmesg -r');
    for (const address of [addresses.plain, addresses.mixed]) {
      const driver = await guest().read(`readlink /sys/bus/pci/devices/${address}/driver`);
      expect(driver).to.match(/\/cxl_pci$/);
      expect(log, 'the log of the guest').to.contain(`pci ${address}: DOE: `);
    }
    const complaints = complaintsIn(log, /\b(?:cxl\w*|endpoint\d+|mem\d+)\b|0000:0[ef]:00\.0/);
    // The device has no Set Shutdown State, which the driver of persistent memory tries.
    const known = /cxl_nvdimm pmem\d+: GPF: could not set dirty shutdown state$/;
    expect(complaints.filter((line) => !known.test(line))).to.deep.equal([]);
  });

  it('doe_features names Table Access, not compliance mode, which needs a grant (Documentation/ABI/testing/sysfs-bus-pci)', async () => {
    const features = async (address: string): Promise<string> =>
      guest().read(`echo $(ls /sys/bus/pci/devices/${address}/doe_features)`);
    expect(await features(addresses.plain)).to.equal('1e98:02 doe_discovery');
    expect(await features(addresses.mixed)).to.equal('1e98:02 6d64:01 doe_discovery');
  });
});
