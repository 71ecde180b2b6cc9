import { DeviceMemory } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { aer, pcieEndpoint, powerManagement, type CapabilitySpec } from '../capability/index.js';
import { Bench } from '../fakes.test-support.js';
import type { ResetCause } from './config-space.js';

const FLR = 0x8000;
const FLR_RESET = 0x2810;

function bench(
  capabilities: readonly CapabilitySpec[],
  hook: (cause: ResetCause) => void | Promise<void> = () => undefined,
): { device: Bench; memory: DeviceMemory } {
  const memory = new DeviceMemory(4096);
  const device = new Bench(
    { bars: { 0: { size: 4096 } }, capabilities, interruptPin: 1 },
    { bars: { 0: [{ kind: 'memory', offset: 0, memory }] }, onFunctionLevelReset: hook },
    0,
  );
  return { device, memory };
}

describe('Initiate Function Level Reset (PCIe Base Spec 6.6.2)', () => {
  it('resets config space and BARs, then calls the model; the bit reads 0 (7.5.3.4)', () => {
    const seen: string[] = [];
    const { device, memory } = bench([pcieEndpoint()], (cause) => {
      seen.push(`${cause} command=${device.config16(4)} memory=${memory.bytes[5] ?? -1}`);
    });
    void device.setConfig16(4, 0x0406);
    void device.setConfig32(0x10, 0xfe000000);
    memory.bytes[5] = 9;
    expect(device.setConfig16(0x48, FLR | 0x0007)).to.equal(2);
    expect(seen).to.deep.equal(['function-level-reset command=0 memory=0']);
    expect(device.config16(0x48)).to.equal(FLR_RESET);
    expect(device.config32(0x10)).to.equal(0);
    expect(device.pci.memoryEnabled).to.equal(false);
  });

  it('is ignored by a function that does not declare it (7.5.3.3)', () => {
    const seen: string[] = [];
    const { device } = bench([pcieEndpoint({ functionLevelReset: false })], (cause) => {
      seen.push(cause);
    });
    void device.setConfig16(4, 6);
    void device.setConfig16(0x48, FLR);
    expect(seen).to.deep.equal([]);
    expect(device.config16(0x48)).to.equal(0);
    expect(device.config16(4)).to.equal(6);
  });

  it('leaves Max_Payload_Size, link control and AER alone; a device reset does not (6.6.2)', () => {
    const { device } = bench([pcieEndpoint(), aer()]);
    void device.setConfig16(0x48, 0x0027);
    void device.setConfig16(0x50, 0x0043);
    void device.setConfig32(0x108, 0x1000);
    device.pci.config.set('aer.uncorrectable-status', 0x00004000);
    void device.setConfig16(0x48, FLR);
    expect(device.config16(0x48)).to.equal(FLR_RESET);
    expect(device.config16(0x50)).to.equal(0x0043);
    expect(device.config32(0x108)).to.equal(0x1000);
    expect(device.config32(0x104)).to.equal(0x4000);
    void device.setConfig16(0x48, 0x0020);
    void device.setConfig16(0x48, FLR | 0x0020);
    expect(device.config16(0x48)).to.equal(FLR_RESET | 0x0020);
    device.region(7).reset();
    expect(device.config16(0x48)).to.equal(FLR_RESET);
    expect(device.config16(0x50)).to.equal(0);
    expect(device.config32(0x108)).to.equal(0);
  });

  it('lowers INTx', () => {
    const { device } = bench([pcieEndpoint()]);
    device.pci.interrupt(0);
    void device.setConfig16(0x48, FLR);
    expect(device.irqs.log).to.deep.equal(['assert 0', 'deassert 0']);
    expect(device.config16(6) & 8).to.equal(0);
  });

  it('asks the model to be quiet first, and lets it go on afterwards; the write waits (6.6.2)', async () => {
    const log: string[] = [];
    let quiet: () => void = () => undefined;
    const device = new Bench(
      { capabilities: [pcieEndpoint()] },
      {
        quiesce: (cause) => {
          log.push(cause);
          return new Promise((resolve) => {
            quiet = resolve;
          });
        },
        onFunctionLevelReset: () => {
          log.push('reset');
        },
        resume: () => {
          log.push('resume');
        },
      },
      0,
    );
    const write = device.setConfig16(0x48, FLR);
    expect(log).to.deep.equal(['function-reset']);
    quiet();
    expect(await write).to.equal(2);
    expect(log).to.deep.equal(['function-reset', 'reset', 'resume']);
  });

  it('a model that does not become quiet is reset all the same, and the write fails (own rule)', async () => {
    const log: string[] = [];
    const device = new Bench(
      { capabilities: [pcieEndpoint()] },
      {
        quiesce: () => {
          throw new Error('busy');
        },
        onFunctionLevelReset: () => {
          log.push('reset');
        },
      },
      0,
    );
    await Promise.resolve(device.setConfig16(0x48, FLR)).then(
      () => log.push('done'),
      (error: unknown) => log.push(String(error)),
    );
    expect(log).to.deep.equal(['reset', 'Error: busy']);
  });

  it('the write waits for the model', async () => {
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const order: string[] = [];
    const { device } = bench([pcieEndpoint()], () => done);
    const written = Promise.resolve(device.setConfig16(0x48, FLR)).then((count) => {
      order.push(`written ${count}`);
    });
    await Promise.resolve();
    order.push('model done');
    finish();
    await written;
    expect(order).to.deep.equal(['model done', 'written 2']);
  });

  it('the write fails if the model fails', async () => {
    const failed = new Error('stuck');
    const { device } = bench([pcieEndpoint()], () => Promise.reject(failed));
    const caught: unknown = await Promise.resolve(device.setConfig16(0x48, FLR)).catch(
      (error: unknown) => error,
    );
    expect(caught).to.equal(failed);
  });
});

describe('power states (PCIe Base Spec 5.3.1, 7.5.2.2)', () => {
  const PM = 0x44;

  it('D3hot to D0 without No_Soft_Reset resets the function (5.3.1.4)', () => {
    const seen: string[] = [];
    const { device, memory } = bench([powerManagement({ noSoftReset: false })], (cause) => {
      seen.push(cause);
    });
    void device.setConfig16(4, 6);
    memory.bytes[0] = 1;
    void device.setConfig16(PM, 3);
    expect(seen).to.deep.equal([]);
    expect(device.config16(4)).to.equal(6);
    void device.setConfig16(PM, 0);
    expect(seen).to.deep.equal(['power']);
    expect(device.config16(4)).to.equal(0);
    expect(device.config16(PM)).to.equal(0);
    expect(memory.bytes[0]).to.equal(0);
  });

  it('D3hot to D0 with No_Soft_Reset keeps everything (7.5.2.2)', () => {
    const seen: string[] = [];
    const { device } = bench([powerManagement()], (cause) => {
      seen.push(cause);
    });
    void device.setConfig16(4, 6);
    void device.setConfig16(PM, 3);
    void device.setConfig16(PM, 0);
    expect(seen).to.deep.equal([]);
    expect(device.config16(4)).to.equal(6);
  });

  for (const [from, to, options, expected] of [
    [0, 1, {}, 0],
    [0, 2, {}, 0],
    [0, 3, {}, 3],
    [0, 1, { d1: true }, 1],
    [0, 2, { d2: true }, 2],
    [0, 2, { d1: true }, 0],
    [1, 3, { d1: true }, 3],
    [3, 1, { d1: true, d2: true }, 3],
    [3, 2, { d1: true, d2: true }, 3],
    [3, 3, {}, 3],
    [2, 0, { d2: true }, 0],
  ] as const) {
    it(`D${from} to D${to} with ${JSON.stringify(options)} ends in D${expected}`, () => {
      const { device } = bench([powerManagement(options)]);
      void device.setConfig16(PM, from);
      expect(device.setConfig16(PM, to)).to.equal(2);
      expect(device.config16(PM) & 3).to.equal(expected);
    });
  }
});

describe('PciFunction.reset', () => {
  it('restores config space but not the BARs, and does not call the model', () => {
    const seen: string[] = [];
    const { device, memory } = bench([pcieEndpoint()], (cause) => {
      seen.push(cause);
    });
    const fresh = device.dump();
    void device.setConfig16(4, 0x0406);
    void device.setConfig32(0x10, 0xfe000000);
    memory.bytes[0] = 1;
    device.pci.reset();
    expect(device.dump()).to.deep.equal(fresh);
    expect(memory.bytes[0]).to.equal(1);
    expect(seen).to.deep.equal([]);
  });
});
