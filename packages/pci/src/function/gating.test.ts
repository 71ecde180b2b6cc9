import { MdevError, type RangeHandler, type RegionRange } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { powerManagement } from '../capability/index.js';
import { Bench } from '../fakes.test-support.js';

const IO = 1;
const MEMORY = 2;
const MASTER = 4;

const everyByte = (value: number): RangeHandler => ({
  read(_offset, data, at, length) {
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, value);
    }
    return length;
  },
  write: (_offset, _data, _at, length) => length,
});

function bench(): Bench {
  const range = (value: number, size: number): readonly RegionRange[] => [
    { kind: 'trapped', offset: 0, size, handler: everyByte(value) },
  ];
  return new Bench(
    {
      bars: { 0: { size: 4096 }, 1: { size: 64, kind: 'io' } },
      rom: Uint8Array.of(0x55, 0xaa),
      capabilities: [powerManagement()],
    },
    { bars: { 0: range(0x11, 4096), 1: range(0x22, 64) } },
  );
}

/** Which of BAR 0 (memory), BAR 1 (I/O) and the ROM answer; a refusal must be EIO. */
function answering(device: Bench): string[] {
  return [0, 1, 6].flatMap((region) => {
    try {
      return [`${region}:${[...device.read(region, 0, 2)].join()}`];
    } catch (error) {
      expect(MdevError.is(error) && error.code).to.equal('EIO');
      return [];
    }
  });
}

describe('command register gates', () => {
  it('BARs and ROM answer EIO out of reset (vfio_pci_rdwr.c, vfio_pci_core_do_io_rw)', () => {
    expect(answering(bench())).to.deep.equal([]);
  });

  it('Memory Space Enable opens memory BARs and the ROM only (PCIe Base Spec 7.5.1.1.3)', () => {
    const device = bench();
    void device.setConfig16(4, MEMORY);
    expect(device.pci.memoryEnabled).to.equal(true);
    expect(answering(device)).to.deep.equal(['0:17,17', '6:85,170']);
    void device.setConfig16(4, 0);
    expect(answering(device)).to.deep.equal([]);
  });

  it('I/O Space Enable opens I/O BARs only (PCIe Base Spec 7.5.1.1.3)', () => {
    const device = bench();
    void device.setConfig16(4, IO);
    expect(device.pci.memoryEnabled).to.equal(false);
    expect(answering(device)).to.deep.equal(['1:34,34']);
  });

  it('Bus Master Enable opens no BAR, and writes are refused like reads', () => {
    const device = bench();
    void device.setConfig16(4, MASTER);
    expect(answering(device)).to.deep.equal([]);
    expect(() => device.write(0, 0, Uint8Array.of(1))).to.throw(/EIO/);
  });

  it('D3hot closes everything, D0 opens it again (vfio_pci_config.c, __vfio_pci_memory_enabled)', () => {
    const device = bench();
    void device.setConfig16(4, IO | MEMORY | MASTER);
    void device.setConfig16(device.at('pm') + 4, 3);
    expect(answering(device)).to.deep.equal([]);
    expect(device.pci.busMaster).to.equal(false);
    void device.setConfig16(device.at('pm') + 4, 0);
    expect(answering(device)).to.have.length(3);
    expect(device.pci.busMaster).to.equal(true);
  });

  it('the ROM cannot be written (vfio_pci_rdwr.c, vfio_pci_bar_rw), and its padding reads 0', () => {
    const device = bench();
    void device.setConfig16(4, MEMORY);
    expect(() => device.write(6, 0, Uint8Array.of(1))).to.throw(/EINVAL/);
    expect([...device.read(6, 2046, 2)]).to.deep.equal([0, 0]);
    expect(device.region(6).size).to.equal(2048);
  });

  it('DMA needs Bus Master Enable, else pci.bus-master and nothing moves (PCIe 7.5.1.1.3)', async () => {
    const device = bench();
    const { dma } = device.pci;
    const bytes = new Uint8Array(4);
    const list = [{ iova: 0x1000, length: 4 }];
    const calls: readonly [done: string, call: () => unknown][] = [
      [
        'read 4096+4',
        () => {
          dma.read(0x1000, bytes);
        },
      ],
      [
        'write 8192+4',
        () => {
          dma.write(0x2000n, bytes);
        },
      ],
      [
        'fill 4096+16 7',
        () => {
          dma.fill(0x1000, 16, 7);
        },
      ],
      [
        'copy 4096+16 8192',
        () => {
          dma.copy(0x2000, 0x1000, 16);
        },
      ],
      [
        'gather 1 4',
        () => {
          dma.gather(list, bytes);
        },
      ],
      [
        'scatter 1 4',
        () => {
          dma.scatter(list, bytes);
        },
      ],
      ['view 12288+16 write', () => dma.view(0x3000, 16, 'write')],
      ['views 12288+16 read', () => dma.views(0x3000, 16, 'read')],
      [
        'read 0+4',
        () => {
          dma.withPasid(7).read(0, bytes);
        },
      ],
    ];
    void device.setConfig16(4, IO | MEMORY);
    for (const [, call] of calls) {
      expect(call).to.throw().with.property('reason', 'pci.bus-master');
      expect(call).to.throw().with.property('code', 'EIO');
    }
    await dma.request(0x1000, 4, 'read').then(
      () => expect.fail('not refused'),
      (error: unknown) => expect(error).to.have.property('reason', 'pci.bus-master'),
    );
    expect(device.dma.log).to.deep.equal([]);
    void device.setConfig16(4, MASTER);
    for (const [, call] of calls) {
      call();
    }
    expect(device.dma.log).to.deep.equal(calls.map(([done]) => done));
  });
});
