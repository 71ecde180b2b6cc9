import {
  VFIO_DEVICE_GET_PCI_HOT_RESET_INFO,
  VFIO_DEVICE_IOEVENTFD,
  VFIO_DEVICE_IOEVENTFD_16,
  VFIO_DEVICE_IOEVENTFD_32,
  VFIO_DEVICE_IOEVENTFD_64,
  VFIO_DEVICE_IOEVENTFD_8,
  VFIO_DEVICE_PCI_HOT_RESET,
  VfioDeviceIoeventfd,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks } from '../../errors/outcome.test-support.js';
import { LocalEventfd } from '../../irq/index.js';
import { DeviceMemory, Region } from '../../region/index.js';
import { makeEndpoint, type Bench } from '../endpoint.test-support.js';
import { IOEVENTFD_LIMIT } from '../ioeventfds.js';
import { argument, call, TestDescriptors } from './ioctl.test-support.js';

const SIZE = 0x100;
/** Stands for the MSI-X table of a BAR. */
const TABLE = { offset: 0x40, size: 0x20 };
const FD = 5;

/** Region 0 takes eventfds but for its table, region 1 takes none. */
function bench(memory = new DeviceMemory(SIZE)): Bench {
  const ranges = [{ kind: 'memory', offset: 0, memory }] as const;
  return makeEndpoint({
    regions: [
      new Region({ name: 'bar0', size: SIZE, ranges, ioeventfd: { except: [TABLE] } }),
      new Region({ name: 'config', size: SIZE, ranges }),
    ],
  });
}

/** Descriptor 5 is this eventfd. */
function descriptorsOf(source: LocalEventfd): TestDescriptors {
  return Object.assign(new TestDescriptors(), { resolve: () => source });
}

interface Write {
  flags?: number;
  region?: number;
  offset?: number;
  data?: bigint;
  fd?: number;
  argsz?: number;
}

function request(write: Write): Uint8Array {
  const { flags = VFIO_DEVICE_IOEVENTFD_32, region = 0, offset = 8, data = 1n, fd = FD } = write;
  const at = BigInt(region) * 2n ** 40n + BigInt(offset);
  const argsz = write.argsz ?? VfioDeviceIoeventfd.size;
  return VfioDeviceIoeventfd.encode({ argsz, flags, offset: at, data, fd });
}

describe('VFIO_DEVICE_IOEVENTFD (drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_ioeventfd)', () => {
  async function ask(device: Bench, write: Write, source = new LocalEventfd()): Promise<unknown> {
    using _ = source;
    return await call(device, VFIO_DEVICE_IOEVENTFD, request(write), descriptorsOf(source));
  }

  it('ioeventfd argsz: below 28 is EINVAL', async () => {
    await using device = bench();
    await device.open();
    for (let argsz = 0; argsz < 28; argsz++) {
      expect(await ask(device, { argsz })).to.equal('EINVAL ioctl.argsz');
    }
    expect(await ask(device, { argsz: 28 })).to.equal(0);
  });

  const refused: readonly [row: string, answer: string, write: Write][] = [
    ['ioeventfd flags: no width', 'EINVAL ioeventfd.flags', { flags: 0 }],
    ['ioeventfd flags: two widths', 'EINVAL ioeventfd.flags', { flags: 3 }],
    ['ioeventfd flags: an unknown one', 'EINVAL ioeventfd.flags', { flags: 0x14 }],
    ['ioeventfd flags: a descriptor below -1', 'EINVAL ioeventfd.flags', { fd: -2 }],
    ['ioeventfd place: a region that takes none', 'EINVAL ioeventfd.place', { region: 1 }],
    ['ioeventfd place: no region', 'EINVAL ioeventfd.place', { region: 7 }],
    ['ioeventfd place: beyond the end', 'EINVAL ioeventfd.place', { offset: SIZE - 3 }],
    ['ioeventfd place: into the table', 'EINVAL ioeventfd.place', { offset: 0x3e }],
    ['ioeventfd place: at the end of the table', 'EINVAL ioeventfd.place', { offset: 0x5f }],
    ['ioeventfd width: 8 bytes', 'EINVAL ioeventfd.width', { flags: VFIO_DEVICE_IOEVENTFD_64 }],
    ['ioeventfd not found', 'ENODEV ioeventfd.not-found', { fd: -1 }],
    [
      'ioeventfd place comes before its width',
      'EINVAL ioeventfd.place',
      { flags: VFIO_DEVICE_IOEVENTFD_64, region: 1 },
    ],
  ];
  for (const [row, answer, write] of refused) {
    it(`${row}: ${answer}`, async () => {
      await using device = bench();
      await device.open();
      expect(await ask(device, write)).to.equal(answer);
    });
  }

  it('is EINVAL before open, as every call', async () => {
    await using device = bench();
    expect(await ask(device, {})).to.equal('EINVAL device.not-open');
  });

  for (const [width, flags] of [
    [1, VFIO_DEVICE_IOEVENTFD_8],
    [2, VFIO_DEVICE_IOEVENTFD_16],
    [4, VFIO_DEVICE_IOEVENTFD_32],
  ] as const) {
    it(`ioeventfd signal: each writes ${width} bytes and no more`, async () => {
      const memory = new DeviceMemory(SIZE);
      await using device = bench(memory);
      await device.open();
      using doorbell = new LocalEventfd();
      await call(
        device,
        VFIO_DEVICE_IOEVENTFD,
        request({ flags, data: 0xaabbccddeeff1122n }),
        descriptorsOf(doorbell),
      );
      const written = [0x22, 0x11, 0xff, 0xee].map((byte, i) => (i < width ? byte : 0));
      doorbell.signal();
      expect([...memory.view(8, 4)]).to.deep.equal(written);
      memory.bytes.fill(0);
      doorbell.signal();
      expect([...memory.view(8, 4)]).to.deep.equal(written);
    });
  }

  it('ioeventfd exists: the same again is EEXIST, other data is another; -1 takes one back', async () => {
    const memory = new DeviceMemory(SIZE);
    await using device = bench(memory);
    await device.open();
    using doorbell = new LocalEventfd();
    const set = (write: Write): Promise<unknown> =>
      call(device, VFIO_DEVICE_IOEVENTFD, request(write), descriptorsOf(doorbell));
    expect(await set({})).to.equal(0);
    expect(await set({})).to.equal('EEXIST ioeventfd.exists');
    expect(await set({ offset: 16, data: 2n })).to.equal(0);
    expect(await set({ fd: -1 })).to.equal(0);
    expect(await set({ fd: -1 })).to.equal('ENODEV ioeventfd.not-found');
    doorbell.signal();
    expect([memory.bytes[8], memory.bytes[16]]).to.deep.equal([0, 2]);
  });

  it(`ioeventfd limit: the ${IOEVENTFD_LIMIT + 1}th is ENOSPC`, async () => {
    await using device = bench();
    await device.open();
    using doorbell = new LocalEventfd();
    const set = (data: number): Promise<unknown> =>
      call(device, VFIO_DEVICE_IOEVENTFD, request({ data: BigInt(data) }), descriptorsOf(doorbell));
    for (let i = 0; i < IOEVENTFD_LIMIT; i++) {
      expect(await set(i)).to.equal(0);
    }
    expect(await set(IOEVENTFD_LIMIT)).to.equal('ENOSPC ioeventfd.limit');
  });

  it('ioeventfd close: the writes go with the client', async () => {
    const memory = new DeviceMemory(SIZE, { preserve: true });
    await using device = bench(memory);
    const client = await device.open();
    using doorbell = new LocalEventfd();
    await call(device, VFIO_DEVICE_IOEVENTFD, request({}), descriptorsOf(doorbell));
    await client.close();
    await device.open();
    doorbell.signal();
    expect(memory.bytes[8]).to.equal(0);
    expect(doorbell.read()).to.equal(1);
  });

  it('ioeventfd signal: a write that fails is logged, and the next one is done', async () => {
    let broken = true;
    const writes: number[] = [];
    await using device = makeEndpoint({
      regions: [
        new Region({
          name: 'bar0',
          size: SIZE,
          ioeventfd: {},
          ranges: [
            {
              kind: 'trapped',
              offset: 0,
              size: SIZE,
              handler: {
                read: (_offset, _data, _at, length) => length,
                write: (offset, _data, _at, length) => {
                  if (broken) {
                    throw new Error('boom');
                  }
                  writes.push(offset);
                  return length;
                },
              },
            },
          ],
        }),
      ],
    });
    await device.open();
    using doorbell = new LocalEventfd();
    await call(device, VFIO_DEVICE_IOEVENTFD, request({}), descriptorsOf(doorbell));
    doorbell.signal();
    await microtasks();
    expect(device.logger.lines.map(({ message }) => message)).to.include(
      'a write by eventfd failed',
    );
    broken = false;
    doorbell.signal();
    expect(writes).to.deep.equal([8]);
  });
});

describe('hot reset (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_get_pci_hot_reset_info)', () => {
  for (const number of [VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, VFIO_DEVICE_PCI_HOT_RESET]) {
    it(`hot reset: call ${number} of a PCI function is ENODEV, EINVAL with a short argsz`, async () => {
      await using device = makeEndpoint();
      await device.open();
      expect(await call(device, number, argument(12, [0]).bytes)).to.equal('ENODEV hotreset.none');
      expect(await call(device, number, argument(11).bytes)).to.equal('EINVAL ioctl.argsz');
    });

    it(`hot reset: call ${number} with flags`, async () => {
      await using device = makeEndpoint();
      await device.open();
      const answer =
        number === VFIO_DEVICE_PCI_HOT_RESET ? 'EINVAL hotreset.flags' : 'ENODEV hotreset.none';
      expect(await call(device, number, argument(12, [1]).bytes)).to.equal(answer);
    });

    it(`hot reset: other devices have no call ${number} (ENOTTY)`, async () => {
      await using device = makeEndpoint({ deviceApi: 'vfio-platform' });
      await device.open();
      expect(await call(device, number, argument(12).bytes)).to.equal('ENOTTY ioctl.unknown');
    });
  }
});
