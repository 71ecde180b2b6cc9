import { expect } from 'chai';
import { describe, it } from 'mocha';

import { DeviceMemory } from './device-memory.js';
import { Recorder, buffer, bytesOf, expectFailure, thrownBy } from './recorder.test-support.js';
import type { RegionSpec } from './region-spec.js';
import { Region } from './region.js';

function setup(rest: Partial<RegionSpec> = {}): { region: Region; recorder: Recorder } {
  const recorder = new Recorder(64);
  const region = new Region({
    name: 'bar0',
    size: 64,
    ranges: [{ kind: 'trapped', offset: 0, size: 64, handler: recorder }],
    ...rest,
  });
  return { region, recorder };
}

for (const direction of ['read', 'write'] as const) {
  describe(`Region.${direction}`, () => {
    it('of 0 bytes is 0 whatever else is wrong (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_read)', () => {
      const { region, recorder } = setup({
        access: direction === 'read' ? 'wo' : 'ro',
        accessible: () => false,
      });
      for (const offset of [0, 64, 1000, -1, 0.5, NaN]) {
        expect(region[direction](offset, buffer(0), 0, 0), String(offset)).to.equal(0);
      }
      expect(recorder.seen).to.deep.equal([]);
    });

    it('in a direction that the region lacks is EINVAL, before the range (vfio_pci_core.c, vfio_pci_rw, ROM)', () => {
      const { region, recorder } = setup({ access: direction === 'read' ? 'wo' : 'ro' });
      for (const offset of [0, 4, 1000]) {
        const error = thrownBy(() => region[direction](offset, buffer(4), 0, 4));
        expectFailure(error, 'EINVAL', 'region.direction');
      }
      expect(recorder.seen).to.deep.equal([]);
    });

    it('that starts at or past the end is EINVAL (drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_bar_rw)', () => {
      const { region, recorder } = setup();
      for (const offset of [64, 65, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
        const error = thrownBy(() => region[direction](offset, buffer(4), 0, 4));
        expectFailure(error, 'EINVAL', 'region.range');
      }
      expect(recorder.seen).to.deep.equal([]);
    });

    it('at an offset that is no offset is EINVAL', () => {
      for (const bounds of ['clip', 'fault'] as const) {
        const { region, recorder } = setup({ bounds });
        for (const offset of [-1, -8, 0.5, 4.25, NaN, Infinity, -Infinity, 2 ** 53]) {
          for (const length of [1, 4, 5]) {
            const error = thrownBy(() => region[direction](offset, buffer(8), 0, length));
            expectFailure(error, 'EINVAL', 'region.range');
          }
        }
        expect(recorder.seen).to.deep.equal([]);
      }
    });

    it('that crosses the end is shortened to it (vfio_pci_rdwr.c, vfio_pci_bar_rw)', () => {
      const { region, recorder } = setup();
      const data = buffer(16);
      expect(region[direction](60, data, 2, 14)).to.equal(4);
      expect(recorder.accesses).to.deep.equal([[60, 4]]);
      expect(bytesOf(data).slice(6)).to.deep.equal(new Array(10).fill(0xee));
      expect(region[direction](63, data, 0, 8)).to.equal(1);
    });

    it('that crosses the end of configuration space is EFAULT as a whole (drivers/vfio/pci/vfio_pci_config.c, vfio_config_do_rw)', () => {
      const { region, recorder } = setup({ bounds: 'fault' });
      for (const [offset, length] of [
        [61, 4],
        [64, 1],
        [1000, 4],
        [0, 65],
      ] as const) {
        const error = thrownBy(() => region[direction](offset, buffer(128), 0, length));
        expectFailure(error, 'EFAULT', 'region.beyond');
      }
      expect(recorder.seen).to.deep.equal([]);
      expect(region[direction](60, buffer(4), 0, 4)).to.equal(4);
    });

    it('while the region does not decode is EIO, and nothing is served (vfio_pci_rdwr.c, vfio_pci_iowrite32)', () => {
      let enabled = false;
      const { region, recorder } = setup({ accessible: () => enabled });
      for (const length of [4, 7]) {
        const error = thrownBy(() => region[direction](0, buffer(8), 0, length));
        expectFailure(error, 'EIO', 'region.disabled');
      }
      expect(recorder.seen).to.deep.equal([]);
      enabled = true;
      expect(region[direction](0, buffer(8), 0, 7)).to.equal(7);
      enabled = false;
      expectFailure(
        thrownBy(() => region[direction](0, buffer(8), 0, 4)),
        'EIO',
        'region.disabled',
      );
    });

    it('checks the bounds before decoding (vfio_pci_rdwr.c, vfio_pci_bar_rw before do_io_rw)', () => {
      const { region } = setup({ accessible: () => false });
      expectFailure(
        thrownBy(() => region[direction](64, buffer(4), 0, 4)),
        'EINVAL',
        'region.range',
      );
    });

    it('throws RangeError when the window is not inside the buffer', () => {
      const region = new Region({
        name: 'bar0',
        size: 64,
        ranges: [{ kind: 'memory', offset: 0, memory: new DeviceMemory(32) }],
      });
      const data = new DataView(new ArrayBuffer(64), 16, 8);
      for (const [at, length] of [
        [0, 9],
        [8, 1],
        [-1, 2],
        [0, -1],
        [0, NaN],
        [NaN, 1],
      ] as const) {
        expect(() => region[direction](0, data, at, length)).to.throw(RangeError, 'buffer of 8');
      }
    });
  });
}

describe('Region over several ranges', () => {
  it('keeps their order, gives offsets relative to each, and holes read as zero', () => {
    const first = new Recorder(8);
    const second = new Recorder(8);
    const memory = new DeviceMemory(4);
    memory.bytes.set([0xa, 0xb, 0xc, 0xd]);
    const region = new Region({
      name: 'bar0',
      size: 32,
      ranges: [
        { kind: 'trapped', offset: 20, size: 8, handler: second, split: 'none' },
        { kind: 'memory', offset: 8, memory },
        { kind: 'trapped', offset: 0, size: 8, handler: first },
      ],
    });
    const data = buffer(32);
    expect(region.read(4, data, 0, 28)).to.equal(28);
    expect(first.accesses).to.deep.equal([[4, 4]]);
    expect(second.accesses).to.deep.equal([[0, 8]]);
    expect(bytesOf(data)).to.deep.equal([
      ...first.bytes.subarray(4),
      ...[0xa, 0xb, 0xc, 0xd],
      ...new Array<number>(8).fill(0),
      ...second.bytes,
      ...new Array<number>(4).fill(0),
      ...new Array<number>(4).fill(0xee),
    ]);
  });

  it('ignores writes to holes and counts them as done', () => {
    const region = new Region({ name: 'bar0', size: 16, ranges: [] });
    const data = buffer(16);
    expect(region.write(3, data, 0, 10)).to.equal(10);
    expect(region.read(0, data, 0, 16)).to.equal(16);
    expect(bytesOf(data)).to.deep.equal(new Array(16).fill(0));
  });

  it('resets every memory and each handler once', () => {
    const recorder = new Recorder(8);
    const memory = new DeviceMemory(4);
    memory.bytes.fill(1);
    const region = new Region({
      name: 'bar0',
      size: 32,
      ranges: [
        { kind: 'trapped', offset: 0, size: 4, handler: recorder },
        { kind: 'trapped', offset: 8, size: 4, handler: recorder },
        { kind: 'trapped', offset: 12, size: 4, handler: { read: () => 0, write: () => 0 } },
        { kind: 'memory', offset: 16, memory },
      ],
    });
    region.reset();
    expect(recorder.resets).to.equal(1);
    expect([...memory.bytes]).to.deep.equal([0, 0, 0, 0]);
  });

  it('asks once per transfer whether it decodes, as long as no answer is waited for', () => {
    let asked = 0;
    const { region } = setup({ accessible: () => ++asked > 0 });
    expect(region.read(1, buffer(32), 0, 32)).to.equal(32);
    expect(asked).to.equal(1);
  });
});
