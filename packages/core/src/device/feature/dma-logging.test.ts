import {
  VFIO_DEVICE_FEATURE_GET as GET,
  VFIO_DEVICE_FEATURE_PROBE as PROBE,
  VFIO_DEVICE_FEATURE_SET as SET,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../../errors/outcome.test-support.js';
import type { Device } from '../contract.js';
import { makeEndpoint, type Bench } from '../endpoint.test-support.js';

const LOGGING = 'include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING';
const [START, STOP, REPORT] = [6, 7, 8] as const;
const PAGE = 4096;
const PAGES = 16;

async function opened(): Promise<{ bench: Bench; device: Device }> {
  const bench = makeEndpoint();
  const device = await bench.open();
  await device.dmaMap({ iova: 0, memory: new Uint8Array(PAGES * PAGE) });
  return { bench, device };
}

function words(...values: readonly (number | bigint)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

async function start(device: Device, pageSize: number, ...ranges: number[]): Promise<string> {
  const payload = words(pageSize, ranges.length / 2, ...ranges);
  const answer = await settled(device.feature(START | SET, payload));
  return typeof answer === 'string' ? answer : 'started';
}

/** The bits of a report as a number, or the error. */
async function report(
  device: Device,
  iova = 0,
  length = PAGES * PAGE,
  pageSize = PAGE,
): Promise<unknown> {
  const payload = new Uint8Array(24 + 8);
  payload.set(words(iova, length, pageSize));
  const answer = await settled(device.feature(REPORT | GET, payload));
  if (typeof answer === 'string') {
    return answer;
  }
  return new DataView(answer.data.buffer, answer.data.byteOffset).getUint32(24, true);
}

describe(`logging which memory a device writes (${LOGGING})`, () => {
  it('logging: every device has it', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    for (const [id, method] of [
      [START, SET],
      [STOP, SET],
      [REPORT, GET],
    ] as const) {
      const { data } = await device.feature(id | method | PROBE, new Uint8Array(0));
      expect(data.length).to.equal(0);
    }
  });

  it('logging report, logging everything: a bit for each page that was written, forgotten when it is read', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    expect(await start(device, PAGE)).to.equal('started');
    bench.endpoint.dma.write(PAGE - 1, new Uint8Array(2));
    bench.endpoint.dma.read(5 * PAGE, new Uint8Array(2));
    bench.endpoint.dma.fill(9 * PAGE, 1, 0);
    expect(await report(device)).to.equal(0b10_0000_0011);
    expect(await report(device)).to.equal(0);
  });

  it('logging ranges: only they are logged', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    expect(await start(device, PAGE, 4 * PAGE, 2 * PAGE)).to.equal('started');
    bench.endpoint.dma.fill(0, PAGES * PAGE, 1);
    expect(await report(device)).to.equal(0b11_0000);
  });

  it('logging start: the same again is nothing, another page size or other ranges are EINVAL', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    await start(device, PAGE);
    bench.endpoint.dma.fill(0, 1, 1);
    expect(await start(device, PAGE)).to.equal('started');
    expect(await start(device, 2 * PAGE)).to.equal('EINVAL dirty.started');
    expect(await start(device, PAGE, 0, PAGE), 'other ranges').to.equal('EINVAL dirty.started');
    expect(await report(device)).to.equal(1);
  });

  it('logging hint: a page size beyond 2 MiB is taken as 2 MiB, and one that is no page size is EINVAL', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    for (const wrong of [0, 1, PAGE - 1, PAGE + 1, PAGE / 2, 3 * 2 ** 20 + 1]) {
      expect(await start(device, wrong)).to.equal('EINVAL dirty.granule');
    }
    expect(await start(device, 2 ** 30)).to.equal('started');
    expect(await report(device, 0, 2 ** 21, 2 ** 21)).to.equal(0);
  });

  it('logging stop: reports are EINVAL afterwards, and before the start', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    expect(await report(device)).to.equal('EINVAL dirty.off');
    await start(device, PAGE);
    await device.feature(STOP | SET, new Uint8Array(0));
    expect(await report(device)).to.equal('EINVAL dirty.off');
  });

  it('logging close: the next client finds it stopped', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    await start(device, PAGE);
    await device.close();
    expect(await report(await bench.open())).to.equal('EINVAL dirty.off');
  });

  it('logging payload: ranges or a bitmap that do not fit are EINVAL', async () => {
    const { bench, device } = await opened();
    await using _ = bench;
    const lying = words(PAGE, 2, 0, PAGE);
    expect(await settled(device.feature(START | SET, lying))).to.equal('EINVAL feature.payload');
    const reserved = words(PAGE, 2n ** 32n);
    expect(await settled(device.feature(START | SET, reserved))).to.equal('EINVAL feature.payload');
    await start(device, PAGE);
    expect(await report(device, 0, 65 * PAGE)).to.equal('EINVAL feature.payload');
    expect(await report(device, 0, PAGE, 0), 'a page size of 0').to.match(/^EINVAL/);
    const huge = new Uint8Array(24 + 8);
    huge.set(words(0, 2n ** 63n, PAGE));
    expect(await settled(device.feature(REPORT | GET, huge))).to.equal('EINVAL feature.payload');
  });
});
