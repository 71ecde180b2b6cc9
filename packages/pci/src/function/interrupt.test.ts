import { expect } from 'chai';
import { describe, it } from 'mocha';
import { msi, msix, powerManagement, type CapabilitySpec } from '../capability/index.js';
import { Bench } from '../fakes.test-support.js';

const INTX = 0;
const MSI = 1;
const MSIX = 2;
const MASTER = 4;
const INTX_DISABLE = 0x400;

const capabilities: readonly CapabilitySpec[] = [
  msi({ vectors: 4, maskable: true, at: 0x40 }),
  msix({
    vectors: 70,
    table: { bar: 0, offset: 0 },
    pba: { bar: 0, offset: 0x800 },
    at: 0x60,
  }),
];

function bench(...active: number[]): Bench {
  const device = new Bench(
    { capabilities, interruptPin: 1, bars: { 0: { size: 4096 } }, commandAtReset: 0x6 },
    {},
    ...active,
  );
  return device;
}

const statusInterrupt = (device: Bench): boolean => (device.config16(6) & 0x08) !== 0;

describe('PciFunction.interrupt', () => {
  for (const [active, vector, expected] of [
    [[], 0, 'assert 0'],
    [[INTX], 0, 'assert 0'],
    [[INTX], 69, 'assert 0'],
    [[MSI], 0, 'trigger 1:0'],
    [[MSI], 3, 'trigger 1:3'],
    [[MSI], 69, 'trigger 1:3'],
    [[MSIX], 0, 'trigger 2:0'],
    [[MSIX], 69, 'trigger 2:69'],
  ] as const) {
    it(`vector ${vector} with index [${active.join()}] enabled does ${expected} (PCIe 6.1.4)`, () => {
      const device = bench(...active);
      expect(device.pci.interrupt(vector)).to.equal(active.length > 0);
      expect(device.irqs.log).to.deep.equal([expected]);
    });
  }

  for (const [active, expected] of [
    [[], []],
    [[INTX], []],
    [[MSI], ['trigger 1:3']],
    [[MSIX], ['trigger 2:69']],
  ] as const) {
    it(`message 69 with index [${active.join()}] enabled never goes to INTx (PCIe 7.9.24.2)`, () => {
      const device = bench(...active);
      expect(device.pci.message(69)).to.equal(expected.length > 0);
      expect(device.irqs.log).to.deep.equal(expected);
      expect(statusInterrupt(device)).to.equal(false);
      expect(() => device.pci.message(70)).to.throw(RangeError, 'Vector 70');
    });
  }

  it('without INTx and with nothing enabled it is dropped', () => {
    const device = new Bench({ capabilities: [msi({ vectors: 1 })], commandAtReset: MASTER });
    expect(device.pci.interrupt(0)).to.equal(false);
    expect(device.irqs.log).to.deep.equal([]);
  });

  it('a vector that MSI has and MSI-X has not goes to the last one of MSI-X', () => {
    const device = new Bench(
      {
        capabilities: [
          msi({ vectors: 8 }),
          msix({ vectors: 2, table: { bar: 0, offset: 0 }, pba: { bar: 0, offset: 0x800 } }),
        ],
        bars: { 0: { size: 4096 } },
        commandAtReset: MASTER,
      },
      {},
      MSIX,
    );
    device.pci.interrupt(7);
    expect(device.irqs.log).to.deep.equal(['trigger 2:1']);
  });

  it('refuses vectors that are not declared', () => {
    const device = bench(MSIX);
    for (const vector of [-1, 70, 0.5, NaN, Infinity]) {
      expect(() => device.pci.interrupt(vector), String(vector)).to.throw(RangeError);
    }
    expect(() => new Bench().pci.interrupt(0)).to.throw(RangeError, /0 that the function/);
    expect(() => new Bench({ interruptPin: 1 }).pci.interrupt(1)).to.throw(RangeError);
    expect(device.irqs.log).to.deep.equal([]);
  });
});

describe('INTx', () => {
  it('stays asserted until it is cleared; Interrupt Status follows (PCIe 7.5.1.1.4)', () => {
    const device = bench(INTX);
    expect(statusInterrupt(device)).to.equal(false);
    device.pci.interrupt(0);
    expect(statusInterrupt(device)).to.equal(true);
    device.pci.clearInterrupt();
    expect(statusInterrupt(device)).to.equal(false);
    device.pci.clearInterrupt();
    expect(device.irqs.log).to.deep.equal(['assert 0', 'deassert 0']);
  });

  it('Interrupt Disable hides the line, not the status (PCIe 7.5.1.1.3, 7.5.1.1.4)', () => {
    const device = bench(INTX);
    void device.setConfig16(4, INTX_DISABLE);
    expect(device.pci.interrupt(0)).to.equal(false);
    expect(statusInterrupt(device)).to.equal(true);
    expect(device.irqs.log).to.deep.equal([]);
    void device.setConfig16(4, 0);
    expect(device.irqs.log).to.deep.equal(['assert 0']);
    void device.setConfig16(4, INTX_DISABLE);
    expect(device.irqs.log).to.deep.equal(['assert 0', 'deassert 0']);
    expect(statusInterrupt(device)).to.equal(true);
  });

  it('does not need Bus Master Enable (PCIe 7.5.1.1.3)', () => {
    const device = bench(INTX);
    void device.setConfig16(4, 0);
    expect(device.pci.interrupt(0)).to.equal(true);
  });

  it('is low in D3hot (PCIe 5.3.1.4)', () => {
    const device = new Bench({ interruptPin: 1, capabilities: [powerManagement()] }, {}, INTX);
    device.pci.interrupt(0);
    void device.setConfig16(device.at('pm') + 4, 3);
    void device.setConfig16(device.at('pm') + 4, 0);
    expect(device.irqs.log).to.deep.equal(['assert 0', 'deassert 0', 'assert 0']);
  });

  it('clearing does nothing for messages', () => {
    const device = bench(MSIX);
    device.pci.interrupt(1);
    device.pci.clearInterrupt();
    expect(device.irqs.log).to.deep.equal(['trigger 2:1']);
  });
});

describe('held back messages', () => {
  it('MSI-X waits for Bus Master Enable, shows in the PBA, is sent once (PCIe 6.1.4.5, 7.5.1.1.3)', () => {
    const device = bench(MSIX);
    void device.setConfig16(4, 2);
    expect(device.pci.interrupt(9)).to.equal(false);
    expect(device.pci.interrupt(69)).to.equal(false);
    device.pci.interrupt(9);
    expect([...device.read(0, 0x800, 16)]).to.deep.equal(
      Array.from({ length: 16 }, (_, at) => (at === 1 ? 0x02 : at === 8 ? 0x20 : 0)),
    );
    expect(device.irqs.log).to.deep.equal([]);
    void device.setConfig16(4, 6);
    expect(device.irqs.log).to.deep.equal(['trigger 2:9', 'trigger 2:69']);
    expect([...device.read(0, 0x800, 16)]).to.deep.equal(Array<number>(16).fill(0));
    void device.setConfig16(4, 2);
    void device.setConfig16(4, 6);
    expect(device.irqs.log).to.have.length(2);
  });

  it('MSI-X waits for Function Mask (PCIe 7.7.2.2)', () => {
    const device = bench(MSIX);
    void device.setConfig16(0x62, 0xc000);
    expect(device.pci.interrupt(1)).to.equal(false);
    expect(device.read(0, 0x800, 1)[0]).to.equal(0x02);
    void device.setConfig16(0x62, 0x8000);
    expect(device.irqs.log).to.deep.equal(['trigger 2:1']);
  });

  it('MSI waits for Bus Master Enable and shows it in Pending Bits (PCIe 7.7.1.8, 7.5.1.1.3)', () => {
    const device = bench(MSI);
    void device.setConfig16(4, 0);
    expect(device.pci.interrupt(2)).to.equal(false);
    expect(device.config32(0x54)).to.equal(0x4);
    void device.setConfig16(4, MASTER);
    expect(device.irqs.log).to.deep.equal(['trigger 1:2']);
    expect(device.config32(0x54)).to.equal(0);
  });

  it('MSI waits for its own mask bit only (PCIe 7.7.1.7)', () => {
    const device = bench(MSI);
    void device.setConfig32(0x50, 0x2);
    expect(device.pci.interrupt(0)).to.equal(true);
    expect(device.pci.interrupt(1)).to.equal(false);
    expect(device.config32(0x54)).to.equal(0x2);
    void device.setConfig32(0x50, 0);
    expect(device.irqs.log).to.deep.equal(['trigger 1:0', 'trigger 1:1']);
  });

  it('MSI without Pending Bits waits, too', () => {
    const device = new Bench({ capabilities: [msi({ vectors: 32 })] }, {}, MSI);
    device.pci.interrupt(31);
    expect(device.irqs.log).to.deep.equal([]);
    void device.setConfig16(4, MASTER);
    expect(device.irqs.log).to.deep.equal(['trigger 1:31']);
  });

  it('a target that clears Bus Master Enable keeps the rest waiting', () => {
    const device = bench(MSIX);
    void device.setConfig16(4, 0);
    device.pci.interrupt(1);
    device.pci.interrupt(2);
    device.irqs.onTrigger = (): void => void device.setConfig16(4, 0);
    void device.setConfig16(4, MASTER);
    expect(device.irqs.log).to.deep.equal(['trigger 2:1']);
    device.irqs.onTrigger = (): void => undefined;
    void device.setConfig16(4, MASTER);
    expect(device.irqs.log).to.deep.equal(['trigger 2:1', 'trigger 2:2']);
  });

  it('MSI ones are gone after a reset', () => {
    const device = new Bench({ capabilities: [msi({ vectors: 2 })] }, {}, MSI);
    device.pci.interrupt(1);
    device.pci.reset();
    void device.setConfig16(4, MASTER);
    expect(device.irqs.log).to.deep.equal([]);
  });

  it('are dropped if the client has disabled them by then', () => {
    const device = bench(MSIX);
    void device.setConfig16(4, 0);
    device.pci.interrupt(1);
    device.irqs.active.clear();
    void device.setConfig16(4, 6);
    expect(device.read(0, 0x800, 1)[0]).to.equal(0);
  });

  it('are gone after a reset, and the line is low', () => {
    const device = bench(MSIX);
    void device.setConfig16(4, 0);
    device.pci.interrupt(1);
    device.irqs.active.clear();
    device.irqs.active.add(INTX);
    device.pci.interrupt(0);
    device.region(7).reset();
    void device.setConfig16(4, 6);
    expect(device.irqs.log).to.deep.equal(['assert 0', 'deassert 0']);
    expect(device.read(0, 0x800, 1)[0]).to.equal(0);
    expect(statusInterrupt(device)).to.equal(false);
  });
});
