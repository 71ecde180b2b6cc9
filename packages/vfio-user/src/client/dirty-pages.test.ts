import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP,
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_SET,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields } from '../server/raw-client.test-support.js';
import { connectFake, wordAt } from './fake-server.test-support.js';
import { failureOf } from './failure-of.test-support.js';

const FEATURE = 16;
const DMA_WRITE = 12;
const PAGE = 4096;
const START = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_START;
const STOP = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP;
const REPORT = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT;

describe('dirty pages (docs/interop/vfio-user.rst, VFIO_USER_DEVICE_FEATURE; libvfio-user logs what it maps itself)', () => {
  it('own dirty pages: a report has what the server logged and what it wrote by messages, once', async () => {
    const { server, device } = await connectFake({
      handlers: {
        [FEATURE]: ({ payload }) =>
          wordAt(payload, 4) === REPORT ? fields(payload, 1n << 7n) : payload,
      },
    });
    using _s = server;
    await using _d = device;
    await device.dmaMap({ iova: 0, memory: new Uint8Array(8 * PAGE) });
    const write = (iova: bigint): Promise<unknown> =>
      server.ask(DMA_WRITE, fields(iova, 2n, Uint8Array.of(1, 2)));
    await write(0n);
    await device.feature(START, fields(BigInt(PAGE), 0, 0));
    await write(BigInt(3 * PAGE - 1));
    const request = fields(0n, BigInt(8 * PAGE), BigInt(PAGE), 0n);
    const bitmap = async (): Promise<number | undefined> =>
      (await device.feature(REPORT, request)).data[24];
    expect(await bitmap()).to.equal(0b1000_1100);
    expect(await bitmap()).to.equal(0b1000_0000);
    await write(0n);
    await device.feature(STOP, new Uint8Array(0));
    expect(await bitmap()).to.equal(0b1000_0000);
    const asked = server.seen.find(
      ({ command, payload }) => command === FEATURE && wordAt(payload, 4) === REPORT,
    );
    expect(asked?.payload).to.deep.equal(fields(40, REPORT, request.subarray(0, 24)));
  });

  it('a list of ranges that lies logs nothing here (own rule)', async () => {
    const { server, device } = await connectFake({
      handlers: { [FEATURE]: ({ payload }) => payload },
    });
    using _s = server;
    await using _d = device;
    await device.feature(START, fields(BigInt(PAGE), 0xffff_ffff, 0));
    await device.feature(START, new Uint8Array(3));
  });

  it('an answer that has no room, or is that of another feature, is EPROTO', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    for (const answer of [
      new Uint8Array(0),
      fields(8, 0x10003),
      fields(24, 0x10001, 0n, 0n),
      fields(16, 0x10002, 0n),
    ]) {
      server.on(FEATURE, () => answer);
      expect((await failureOf(device.feature(0x10001, new Uint8Array(8)))).reason).to.equal(
        'vfio-user.bad-reply',
      );
    }
  });
});
