import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../errors/outcome.test-support.js';
import { DeviceMemory, Region, type RegionSpec } from '../region/index.js';
import { makeEndpoint, trappedRegion } from './endpoint.test-support.js';

type Access = (region: Partial<RegionSpec>, offset: number, length: number) => Promise<string>;

/** Reads and writes a region of 64 bytes; one answer if both agree. */
const access: Access = async (spec, offset, length) => {
  const region = new Region({
    name: 'r',
    size: 64,
    ranges: [{ kind: 'memory', offset: 0, memory: new DeviceMemory(64) }],
    ...spec,
  });
  await using bench = makeEndpoint({ regions: [region] });
  const client = await bench.open();
  const read = await settled(client.read(0, offset, new Uint8Array(length)));
  const write = await settled(client.write(0, offset, new Uint8Array(length)));
  return read === write ? String(read) : `read ${read}, write ${write}`;
};

const disabled = { accessible: () => false };
const RANGE = 'EINVAL region.range';
const DIRECTION = 'EINVAL region.direction';

describe('region access by a client (vfio_pci_rdwr.c, vfio_pci_bar_rw; vfio_pci_config.c)', () => {
  const cases: readonly [
    row: string,
    what: string,
    spec: Partial<RegionSpec>,
    offset: number,
    length: number,
    answer: string,
  ][] = [
    ['nothing to do', 'anywhere', disabled, 1000, 0, '0'],
    ['region direction', 'ro', { access: 'ro' }, 0, 4, `read 4, write ${DIRECTION}`],
    ['region direction', 'wo', { access: 'wo' }, 0, 4, `read ${DIRECTION}, write 4`],
    ['region direction', 'first', { access: 'ro' }, 64, 4, `read ${RANGE}, write ${DIRECTION}`],
    ['region start', 'at the end', {}, 64, 1, RANGE],
    ['region start', 'negative', {}, -1, 1, RANGE],
    ['region start', 'before disabled', disabled, 64, 1, RANGE],
    ['region end, clip', 'short count', {}, 62, 4, '2'],
    ['region end, fault', 'no part of it', { bounds: 'fault' }, 62, 4, 'EFAULT region.beyond'],
    ['region end, fault', 'at the end', { bounds: 'fault' }, 64, 1, 'EFAULT region.beyond'],
    ['region disabled', 'inside', disabled, 0, 4, 'EIO region.disabled'],
  ];
  for (const [row, what, spec, offset, length, answer] of cases) {
    it(`${row}: ${what}: ${answer}`, async () => {
      expect(await access(spec, offset, length)).to.equal(answer);
    });
  }

  it('natural split: accesses of 8, 4, 2, 1 bytes (vfio_pci_core_do_io_rw)', async () => {
    const seen: string[] = [];
    const note = (offset: number, _data: DataView, _at: number, length: number): number => {
      seen.push(`${offset}+${length}`);
      return length;
    };
    const region = trappedRegion({ read: note, write: note }, 'natural');
    await using bench = makeEndpoint({ regions: [region] });
    const client = await bench.open();
    expect(await client.read(0, 1, new Uint8Array(18))).to.equal(18);
    expect(seen).to.deep.equal(['1+1', '2+2', '4+4', '8+8', '16+2', '18+1']);
  });
});

describe('reads of one client at the same time', () => {
  it('do not see each other, whether a handler answers now or later', async () => {
    for (const later of [false, true]) {
      await using bench = makeEndpoint({
        regions: [
          trappedRegion({
            read: (offset, data, at, length) => {
              data.setUint8(at, offset);
              return later ? Promise.resolve(length) : length;
            },
            write: () => 0,
          }),
        ],
      });
      const client = await bench.open();
      const buffers = [1, 2, 3].map(() => new Uint8Array(1));
      await Promise.all(buffers.map((into, i) => client.read(0, 10 + i, into)));
      expect(buffers.map(([byte]) => byte)).to.deep.equal([10, 11, 12]);
    }
  });
});
