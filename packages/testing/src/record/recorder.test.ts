import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { defineDriver, MdevHost, write32 } from '@mdevkit/core';
import { recorderFromEnvironment } from './from-environment.js';
import { parseRecording } from './reader.js';
import { Recorder } from './recorder.js';
import { busyClient, observe, record, steps } from './recorder.test-support.js';
import { registers, worker, workerDriver } from './worker.test-support.js';
import { memorySink, type RecordingSink } from './sink.js';
import { viewRecording } from './view.js';

describe('Recorder (own rule; docs/reference/recording.md)', () => {
  it('row: unseen: changes nothing of what a client can see: answers, interrupts, events, memory, counters', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const recorder = new Recorder({ open: () => memorySink() });
        expect(await observe(all, [recorder])).to.deep.equal(await observe(all));
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });

  it('row: order: keeps calls with their answers, and DMA, interrupts and events between them', async () => {
    const lines = [...viewRecording(await record(busyClient))];
    const told = lines.slice(3).map((line) => line.replace(/^ *[0-9.]+ {2}/, ''));
    expect(told).to.include.members([
      'info → { flags 5, numIrqs 1, numRegions 2 }',
      'set-irqs done[0] × 1 trigger slots [target] → 0',
      '#4 quiet cause map …',
      'dma-map 0x10000 { size 8192, read true, write true } → done',
      'write registers.SOURCE = 0x00010000 → 4',
      'dma read 0x10000, 8 (pasid 1): 0x0101010101010101',
      'dma write 0x10100, 8 (pasid 1): 0x0101010101010102',
      'trigger done[0]',
      'dma read 0x10000, 3 (pasid 1): 0x020202',
      'dma read 0x10004, 5 (pasid 1): 0x0202020202',
      'dma write 0x10104, 5 (pasid 1): 0x0202020202',
      'dma view 0x10000, 4 (pasid 1): 0x03030303',
      'dma view 0x10100, 4 (pasid 1)',
      'dma fill 0x10100, 16 (pasid 1): 0xab',
      'dma copy 0x10100 from 0x10000, 16 (pasid 1)',
      'dma-unmap 0x1 { size 2 } → EINVAL dma.alignment',
      'dma-unmap 0x10000 { size 8192 } → 8192',
      'event fault { pasid 1, iova 65536, length 8, access read, cause unmapped }',
      'dma read 0x10000, 8 (pasid 1) fails: EFAULT dma.fault',
      'end',
    ]);
    expect(told.filter((line) => line.startsWith('#'))).to.have.length.greaterThan(6);
  });

  it('row: times: a timer of the model shows when it fires, and a promise when it is kept', async () => {
    const { entries } = await record(busyClient);
    const late = entries.filter(({ kind, time }) => kind === 'irq' && time === 5);
    expect(late).to.have.lengthOf(1);
    const slow = entries.findIndex((entry) => entry.kind === 'call' && entry.args['region'] === 1);
    expect(entries[slow + 1]).to.deep.include({
      kind: 'answer',
      answer: { value: Uint8Array.of(2, 0, 0, 0) },
    });
  });

  it('row: copies: takes a copy: what the client changes later is not in it', async () => {
    const { entries } = await record(async (device) => {
      const bytes = Uint8Array.of(1, 2, 3, 4);
      const writing = device.write(1, 0, bytes);
      bytes.fill(9);
      await writing;
    });
    const write = entries.find((entry) => entry.kind === 'call' && entry.call === 'write');
    expect(write)
      .to.have.nested.property('args.bytes')
      .that.deep.equals(Uint8Array.of(1, 2, 3, 4));
  });

  it('row: failing sink: a sink that fails ends the recording with a warning, and not the device', async () => {
    const warnings: string[] = [];
    let writes = 0;
    const sink: RecordingSink = {
      write: () => {
        writes += 1;
        if (writes > 3) {
          throw new Error('the disk is full');
        }
      },
      end: () => {
        throw new Error('the disk is full');
      },
    };
    const logger = listening(warnings);
    await using host = new MdevHost({ logger, interposers: [new Recorder({ open: () => sink })] });
    await host.load(workerDriver());
    const { uuid } = await host.create(worker);
    await using device = await host.open(uuid);
    for (let value = 0; value < 9; value += 1) {
      await write32(device, 0, registers.offsetOf('SOURCE'), value);
    }
    expect(writes).to.equal(4);
    expect([...new Set(warnings)]).to.deep.equal(['the recording of this mdev has ended early']);
  });

  it('row: environment: RECORD names the file of the first mdev, and of the second with .2', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mdev-'));
    try {
      const path = join(folder, 'run');
      const recorder = recorderFromEnvironment({ RECORD: path });
      const host = new MdevHost({ interposers: recorder === undefined ? [] : [recorder] });
      await host.load(workerDriver());
      const created = [await host.create(worker), await host.create(worker)];
      await host.close();
      const recorded = ['', '.2'].map((end) => parseRecording(readFileSync(`${path}${end}`)));
      expect(recorded.map(({ header }) => header.mdev)).to.deep.equal(created);
      expect(recorderFromEnvironment({})).to.equal(undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('row: early: what a constructor does is kept until the device is known', async () => {
    const sink = memorySink();
    const driver = defineDriver({
      name: 'eager',
      deviceApi: 'vfio-platform',
      types: [{ id: 'one' }],
      parents: [{ name: 'eager0', capacity: 1 }],
      model: ({ irqs }) => {
        irqs.trigger(0);
        return { deviceApi: 'vfio-platform', regions: [], irqs: [] };
      },
    });
    {
      await using host = new MdevHost({ interposers: [new Recorder({ open: () => sink })] });
      await host.load(driver);
      await host.create({ parent: 'eager0', type: 'eager-one' });
    }
    const { header, entries } = parseRecording(sink.bytes);
    expect(header.device).to.deep.equal({ deviceApi: 'vfio-platform', regions: [], irqs: [] });
    expect(entries.map(({ kind }) => kind)).to.include.members(['irq', 'end']);
    expect(entries[0]?.kind).to.equal('irq');
  });

  it('row: failing open: a sink that cannot be opened fails the creation of the mdev', async () => {
    const recorder = recorderFromEnvironment({ RECORD: '/nowhere/at/all' });
    await using host = new MdevHost({ interposers: recorder === undefined ? [] : [recorder] });
    await host.load(workerDriver());
    const error: unknown = await host.create(worker).catch((reason: unknown) => reason);
    expect(error).to.have.nested.property('cause.code', 'ENOENT');
    expect(host.mdevs).to.deep.equal([]);
  });
});

function listening(
  warnings: string[],
): NonNullable<ConstructorParameters<typeof MdevHost>[0]>['logger'] & object {
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message: string) => void warnings.push(message),
    error: () => undefined,
    child: () => logger,
  };
  return logger;
}
