import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, settled } from '../errors/outcome.test-support.js';
import type { Dma } from '../iommu/index.js';
import { deferred, DEADLINE_MS, makeEndpoint, testModel } from './endpoint.test-support.js';
import type { DeviceModel, QuiesceCause } from './model.js';

const PAGE = 4096;
const map = { iova: 0x10000, memory: new Uint8Array(PAGE) };

/** A model that tells what it was asked, and becomes quiet when the test says so. */
function quietly(answer: (cause: QuiesceCause) => void | Promise<void> = () => undefined): {
  readonly log: string[];
  readonly model: Partial<DeviceModel>;
} {
  const log: string[] = [];
  const model: Partial<DeviceModel> = {
    reset: () => {
      log.push('reset');
    },
    quiesce: (cause) => {
      log.push(`quiesce ${cause}`);
      return answer(cause);
    },
    resume: () => {
      log.push('resume');
    },
  };
  return { log, model };
}

describe('quiesce (vfio-user protocol specification, DMA_UNMAP: the device drops its references first)', () => {
  it('quiesce calls: asks before a map, an unmap and a reset of a client, and lets the model go on after each', async () => {
    const { log, model } = quietly();
    await using bench = makeEndpoint(model);
    await using device = await bench.open();
    log.length = 0;
    await device.dmaMap(map);
    await device.dmaUnmap(map.iova, PAGE);
    await device.reset();
    const silence = (cause: string, ...done: string[]): string[] => [
      `quiesce ${cause}`,
      ...done,
      'resume',
    ];
    expect(log).to.deep.equal([
      ...silence('map'),
      ...silence('unmap'),
      ...silence('reset', 'reset'),
    ]);
  });

  it('quiesce synchronous: what is done while a model is quiet at once is synchronous', async () => {
    const { model } = quietly();
    await using bench = makeEndpoint(model);
    await using _device = await bench.open();
    expect(bench.endpoint.whileQuiet('map', () => 7)).to.equal(7);
    await using plain = makeEndpoint();
    await using _other = await plain.open();
    expect(plain.endpoint.whileQuiet('map', () => 8)).to.equal(8);
  });

  it('quiesce waits: a map is held until the model is quiet; registers are answered meanwhile', async () => {
    const quiet = deferred();
    const { log, model } = quietly(() => quiet.promise);
    await using bench = makeEndpoint(model);
    await using device = await bench.open();
    const mapping = device.dmaMap(map);
    await microtasks();
    expect(bench.endpoint.dmaPlane.space.find(map.iova)).to.equal(undefined);
    expect(await device.read(0, 0, new Uint8Array(4))).to.equal(4);
    quiet.resolve();
    await mapping;
    expect(bench.endpoint.dmaPlane.space.find(map.iova)).to.not.equal(undefined);
    expect(log.slice(-2)).to.deep.equal(['quiesce map', 'resume']);
  });

  it('quiesce shared: commands of the same time share one silence', async () => {
    const quiet = deferred();
    const { log, model } = quietly(() => quiet.promise);
    await using bench = makeEndpoint(model);
    await using device = await bench.open();
    log.length = 0;
    const both = [device.dmaMap(map), device.dmaMap({ ...map, iova: 0x20000 })];
    await microtasks();
    quiet.resolve();
    await Promise.all(both);
    expect(log).to.deep.equal(['quiesce map', 'resume']);
  });

  it('quiesce late: a model that never answers is reported and cut off; the map is not made', async () => {
    const { model } = quietly(() => new Promise(() => undefined));
    await using bench = makeEndpoint(model);
    await using device = await bench.open();
    const mapping = settled(device.dmaMap(map));
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    expect(await mapping).to.equal('ETIMEDOUT model.deadline');
    expect(await settled(device.read(0, 0, new Uint8Array(4)))).to.equal('EIO device.failed');
    expect(JSON.stringify(bench.logger.lines.map(({ message }) => message))).to.include(
      'is cut off',
    );
  });

  it('quiesce cut off: an unmap goes on against a device that reaches nothing any more, until a reset', async () => {
    let stuck = false;
    const { model } = quietly(() => (stuck ? new Promise(() => undefined) : undefined));
    await using bench = makeEndpoint(model);
    const dma: Dma = bench.endpoint.dma;
    await using device = await bench.open();
    await device.dmaMap(map);
    await device.dmaMap({ ...map, iova: 0x20000 });
    stuck = true;
    const unmapping = device.dmaUnmap(map.iova, PAGE);
    await microtasks();
    bench.clock.advance(DEADLINE_MS);
    expect(await unmapping).to.equal(PAGE);
    expect(() => {
      dma.read(0x20000, new Uint8Array(4));
    }).to.throw('EFAULT');
    stuck = false;
    await device.reset();
    dma.read(0x20000, new Uint8Array(4));
  });

  it('quiesce throws: a model that fails to become quiet is cut off with its error', async () => {
    const { model } = quietly(() => {
      throw new Error('stuck');
    });
    await using bench = makeEndpoint(model);
    await using device = await bench.open();
    expect(await settled(device.dmaMap(map))).to.equal('EIO model.threw');
    expect(await settled(device.read(0, 0, new Uint8Array(4)))).to.equal('EIO device.failed');
  });

  it('quiesce closed: a close wakes who waits for the silence, and cuts nothing off', async () => {
    const { log, model } = quietly(() => new Promise(() => undefined));
    await using bench = makeEndpoint(model);
    const device = await bench.open();
    const mapping = settled(device.dmaMap(map));
    await microtasks();
    await device.close();
    expect(await mapping).to.equal('EBADF device.closed');
    expect(JSON.stringify(bench.logger.lines.map(({ message }) => message))).to.not.include(
      'cut off',
    );
    await using next = await bench.open();
    expect(await next.read(0, 0, new Uint8Array(4))).to.equal(4);
    expect(log.filter((line) => line === 'resume')).to.deep.equal([]);
  });

  it('quiesce resume throws: is logged, and the command is done', async () => {
    await using bench = makeEndpoint({
      ...testModel(),
      quiesce: () => undefined,
      resume: () => {
        throw new Error('no');
      },
    });
    await using device = await bench.open();
    await device.dmaMap(map);
    expect(JSON.stringify(bench.logger.lines.map(({ message }) => message))).to.include(
      'failed to go on',
    );
  });
});
