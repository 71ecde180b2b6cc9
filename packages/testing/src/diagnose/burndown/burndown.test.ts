import {
  defineDriver,
  ManualClock,
  MdevError,
  MdevHost,
  Region,
  silentLogger,
  type ClientCall,
} from '@mdevkit/core';
import { PciFunction, pciLayout } from '@mdevkit/pci';
import {
  IbUverbsIoctlHdr,
  type ErrnoName,
  VFIO_DEVICE_FEATURE_DMA_BUF,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_IRQ_SET_ACTION_MASK,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_DATA_NONE,
  VFIO_PCI_CONFIG_REGION_INDEX,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ValveBench, valveRegisters } from '../diagnose.test-support.js';
import { Burndown } from './burndown.js';

/** What the client is refused; the rows say why. */
async function refused(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return MdevError.is(error) ? error.code : 'nothing';
}

/** A call that the device refuses. */
function fail(burndown: Burndown, call: ClientCall, code: ErrnoName, reason: string): void {
  const standing = burndown.interpose({
    identity: { uuid: 'u', type: 'valve-one', parent: 'valve0' },
    clock: new ManualClock(),
    logger: silentLogger,
    surpriseRemove: () => Promise.resolve(),
  });
  const proceed = (): void => {
    throw new MdevError(code, reason, 'refused');
  };
  expect(() => standing.call?.(call, proceed)).to.throw('refused');
}

describe('Burndown: what is touched and not implemented (own rule; docs/reference/diagnostics.md)', () => {
  it('burndown empty: nothing while a client keeps to what there is', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    await bench.read(0, 16);
    await bench.write(0x0c, [0, 0, 0, 0]);
    await bench.write(0, [1, 2, 3], 1);
    await bench.device.regionInfo(3);
    await bench.device.irqInfo(2);
    await refused(bench.device.irqInfo(9));
    expect(burndown.report()).to.deep.equal([]);
    expect(burndown.lines()).to.deep.equal([
      'burndown: everything that was touched is implemented',
    ]);
  });

  it('burndown hole: a hole, with the register near it, the first value written and what reads saw', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    await bench.write(0x18, [0xef, 0xbe, 0, 0]);
    await bench.write(0x18, [1, 0, 0, 0]);
    await bench.read(0x18, 4);
    const place = {
      type: 'valve-one',
      kind: 'hole',
      where: 'control 0x18',
      offset: 0x18,
      width: 4,
    };
    expect(burndown.report()).to.deep.equal([
      { ...place, access: 'write', near: 'RSVD_10+8', count: 2, firstWritten: 0xbeefn },
      { ...place, access: 'read', near: 'RSVD_10+8', count: 1, sawZeros: true },
    ]);
  });

  it('burndown split: an access over several registers is told register by register', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    await bench.write(0x0e, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(
      burndown.report().map(({ kind, where, width, firstWritten }) => {
        return [kind, where, width, firstWritten];
      }),
    ).to.deep.equal([
      ['reserved', 'control RSVD_10', 4, 0x06050403n],
      ['hole', 'control 0x14', 2, 0x0807n],
    ]);
  });

  it('burndown split: an access that the end of the region cuts counts as far as it went', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    await bench.read(0xfe, 8);
    expect(burndown.report().map(({ where, width }) => [where, width])).to.deep.equal([
      ['control 0xfe', 2],
    ]);
  });

  it('burndown read-only: a write to a read-only register, where the names tell the access', async () => {
    const burndown = new Burndown({ names: { 0: valveRegisters } });
    await using bench = await ValveBench.open(burndown);
    await bench.write(0x04, [1, 0, 0, 0]);
    await bench.read(0x04, 4);
    expect(burndown.report().map(({ kind, access, where }) => [kind, access, where])).to.deep.equal(
      [['read-only', 'write', 'control STATUS']],
    );
  });

  it('burndown read-only: also without names, where the model says that a write changes nothing', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    await bench.write(0x04, [1, 0, 0, 0]);
    await bench.write(0x0c, [1, 0, 0, 0]);
    await bench.read(0x04, 4);
    expect(
      burndown.report().map(({ kind, where, firstWritten }) => [kind, where, firstWritten]),
    ).to.deep.equal([['read-only', 'control STATUS', 1n]]);
  });

  it('burndown config: reads of zeros from what config space does not have are no finding; writes and other regions are (PCI Express Base Specification 6.0, 7.5)', async () => {
    const burndown = new Burndown();
    const layout = pciLayout({
      vendorId: 0x6d64,
      deviceId: 1,
      classCode: 0x010802,
      bars: { 0: { size: 0x1000 } },
      capabilities: [],
    });
    const driver = defineDriver({
      name: 'plain',
      deviceApi: 'vfio-pci',
      types: [{ id: 'one' }],
      parents: [{ name: 'plain0', capacity: 1 }],
      model: ({ irqs, dma }) => {
        const pci = new PciFunction(layout, { irqs, dma });
        return { deviceApi: 'vfio-pci', regions: pci.regions, irqs: pci.irqs };
      },
    });
    await using host = new MdevHost({ interposers: [burndown] });
    await host.load(driver);
    const { uuid } = await host.create({ parent: 'plain0', type: 'plain-one' });
    await using device = await host.open(uuid);
    const config = VFIO_PCI_CONFIG_REGION_INDEX;
    await device.read(config, 0x80, new Uint8Array(4));
    expect(burndown.report()).to.deep.equal([]);
    await device.write(config, 0x80, new Uint8Array(4));
    expect(burndown.report().map(({ kind, access }) => [kind, access])).to.deep.equal([
      ['hole', 'write'],
    ]);
    burndown.clear();
    const platform = new Burndown();
    const standing = platform.interpose({
      identity: { uuid: 'u', type: 'p-one', parent: 'p' },
      clock: new ManualClock(),
      logger: silentLogger,
      surpriseRemove: () => Promise.resolve(),
    });
    const hole = new Region({ name: 'seventh', size: 0x100, ranges: [] });
    standing.model?.({
      deviceApi: 'vfio-platform',
      regions: [...Array.from({ length: config }, () => undefined), hole],
      irqs: [],
    });
    const data = new DataView(new ArrayBuffer(4));
    standing.call?.(
      { kind: 'read', region: config, offset: 0x80, data, at: 0, length: 4 },
      () => 4,
    );
    expect(platform.report().map(({ kind, where }) => [kind, where])).to.deep.equal([
      ['hole', 'seventh 0x80'],
    ]);
  });

  it('burndown names: a register that has a name and is not there; and where a handler does not say, names do', async () => {
    const burndown = new Burndown({
      names: {
        0: [{ name: 'DEBUG', offset: 0x14, width: 4 }],
        1: [{ name: 'FIFO', offset: 0, width: 8 }],
      },
    });
    await using bench = await ValveBench.open(burndown);
    await bench.read(0x14, 4);
    await bench.write(8, [1], 1);
    expect(burndown.report().map(({ where, near }) => [where, near])).to.deep.equal([
      ['control DEBUG', undefined],
      ['data 0x8', 'FIFO+8'],
    ]);
  });

  it('burndown no-region, burndown read-only: regions that are not in use, and writes to one that is read-only', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    expect(await refused(bench.read(4, 4, 9))).to.equal('EINVAL');
    expect(await refused(bench.write(4, [7], 2))).to.equal('EINVAL');
    expect(
      burndown.report().map(({ kind, where, reason, firstWritten }) => {
        return [kind, where, reason, firstWritten];
      }),
    ).to.deep.equal([
      ['no-region', 'region 9 0x4', 'region.index', undefined],
      ['read-only', 'rom 0x4', 'region.direction', 7n],
    ]);
  });

  it('burndown no-irq: irq indexes that are not in use, or do not do what is asked (drivers/vfio/pci/vfio_pci_intrs.c)', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    const none = { start: 0, count: 1, flags: VFIO_IRQ_SET_DATA_NONE };
    const ask = (index: number, action: number): Promise<string> =>
      refused(bench.device.setIrqs({ ...none, index, flags: none.flags | action }));
    expect(await ask(2, VFIO_IRQ_SET_ACTION_TRIGGER)).to.equal('EINVAL');
    expect(await ask(7, VFIO_IRQ_SET_ACTION_TRIGGER)).to.equal('EINVAL');
    expect(await ask(1, VFIO_IRQ_SET_ACTION_MASK)).to.equal('ENOTTY');
    // The client's mistake: the index is there.
    expect(await ask(1, VFIO_IRQ_SET_ACTION_TRIGGER)).to.equal('EINVAL');
    expect(burndown.report().map(({ kind, where }) => [kind, where])).to.deep.equal([
      ['no-irq', 'irq 2'],
      ['no-irq', 'irq 7'],
      ['no-irq', 'irq 1'],
    ]);
  });

  it('burndown feature, burndown call: features, resets and maps that are not there (drivers/vfio/vfio_main.c, vfio_ioctl_device_feature)', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    const { device } = bench;
    const flags = VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_DMA_BUF;
    expect(await refused(device.feature(flags, new Uint8Array(0)))).to.equal('ENOTTY');
    expect(await refused(device.reset())).to.equal('EINVAL');
    expect(await refused(device.mmap(0, 0, 4096))).to.equal('EINVAL');
    expect(burndown.report().map(({ kind, access, where }) => [kind, access, where])).to.deep.equal(
      [
        ['feature', 'probe', 'feature DMA_BUF'],
        ['call', 'reset', 'device'],
        ['call', 'mmap', 'control 0x0'],
      ],
    );
  });

  it('burndown control: classes and methods that are not there, by number (drivers/infiniband/core/uverbs_ioctl.c)', () => {
    const burndown = new Burndown();
    const request = new Uint8Array(IbUverbsIoctlHdr.size);
    const { object_id: object, method_id: method } = IbUverbsIoctlHdr.fields;
    const view = new DataView(request.buffer);
    view.setUint16(object.offset, 0x1001, true);
    view.setUint16(method.offset, 3, true);
    const short = new Uint8Array(2);
    fail(burndown, { kind: 'control', client: 1, request }, 'EPROTONOSUPPORT', 'object.unknown');
    fail(
      burndown,
      { kind: 'control', client: 1, request: short },
      'EPROTONOSUPPORT',
      'object.unknown',
    );
    fail(burndown, { kind: 'control', client: 1, request }, 'EINVAL', 'object.value');
    expect(burndown.report().map(({ kind, where }) => [kind, where])).to.deep.equal([
      ['control', 'class 4097 method 3'],
      ['control', 'a message without a header'],
    ]);
  });

  it('burndown call: a read that a region refuses is one; nobody has looked at what was refused', () => {
    const burndown = new Burndown();
    const at = { region: 5, offset: 8, at: 2, length: 4, data: new DataView(new ArrayBuffer(4)) };
    fail(burndown, { kind: 'read', ...at }, 'EINVAL', 'region.direction');
    fail(burndown, { kind: 'write', ...at }, 'EINVAL', 'region.direction');
    expect(
      burndown.report().map(({ kind, where, firstWritten }) => [kind, where, firstWritten]),
    ).to.deep.equal([
      ['call', 'region 5 0x8', undefined],
      ['read-only', 'region 5 0x8', undefined],
    ]);
  });

  it('burndown order: lines are a table, the most frequent first; clear begins anew', async () => {
    const burndown = new Burndown();
    await using bench = await ValveBench.open(burndown);
    await bench.write(0x10, [9, 0, 0, 0]);
    for (let round = 0; round < 12; round += 1) {
      await bench.read(0x40, 2);
    }
    expect(burndown.lines()).to.deep.equal([
      'count  kind      type       access  where                      bytes  seen',
      '   12  hole      valve-one  read    control 0x40 (RSVD_10+48)      2  zeros',
      '    1  reserved  valve-one  write   control RSVD_10                4  first 0x00000009',
    ]);
    burndown.clear();
    expect(burndown.report()).to.deep.equal([]);
  });
});
