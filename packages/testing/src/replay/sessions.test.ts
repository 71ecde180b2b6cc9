import { expect } from 'chai';
import { describe, it } from 'mocha';
import { setImmediate as turn } from 'node:timers/promises';
import {
  bindIrqs,
  defineDriver,
  irqCallback,
  ManualClock,
  MdevHost,
  read32,
  write32,
  type Device,
} from '@mdevkit/core';
import {
  memorySink,
  parseRecording,
  Recorder,
  viewRecording,
  type Recording,
} from '../record/index.js';
import { busyClient, record } from '../record/recorder.test-support.js';
import { registers, worker, workerDriver } from '../record/worker.test-support.js';
import { replay, replayInto } from './replay.js';

async function recordHost(
  run: (host: MdevHost, uuid: string) => Promise<void>,
): Promise<Recording> {
  const sink = memorySink();
  {
    const recorder = new Recorder({ open: () => sink });
    await using host = new MdevHost({ clock: new ManualClock(), interposers: [recorder] });
    await host.load(workerDriver());
    const { uuid } = await host.create(worker);
    await run(host, uuid);
  }
  return parseRecording(sink.bytes);
}

async function useOnce(device: Device): Promise<void> {
  await bindIrqs(device, 0, [irqCallback(() => undefined)]);
  await device.dmaMap({ iova: 0, memory: new Uint8Array(4096).fill(9) });
  await write32(device, 0, registers.offsetOf('TARGET'), 0x80);
  await write32(device, 0, registers.offsetOf('JOB'), 1);
}

async function differencesInProcess(recording: Recording): Promise<readonly string[]> {
  await using host = new MdevHost({ clock: new ManualClock() });
  await host.load(workerDriver());
  const { differences } = await replayInto(recording, host, {}, { waitMs: 0 });
  return differences.map(({ text }) => text);
}

describe('sessions of a replay (own rule; docs/reference/recording.md)', () => {
  it('row: sessions: every open of the recording begins one, and its close ends it', async () => {
    const recording = await recordHost(async (host, uuid) => {
      for (let session = 0; session < 3; session += 1) {
        await using device = await host.open(uuid);
        await useOnce(device);
      }
    });
    expect(await differencesInProcess(recording)).to.deep.equal([]);
  });

  it('row: one session: without a way to open again the first close is the end, and the rest is left out', async () => {
    const recording = await recordHost(async (host, uuid) => {
      for (let session = 0; session < 2; session += 1) {
        await using device = await host.open(uuid);
        await device.info();
      }
    });
    await using host = new MdevHost();
    await host.load(workerDriver());
    const { uuid } = await host.create(worker);
    const result = await replay(recording, await host.open(uuid));
    expect(result).to.deep.equal({ calls: 1, leftOut: 1, differences: [] });
    expect(host.info(uuid).state).to.equal('idle');
  });

  it('row: release: a release takes interrupts and maps, and the device stays as it is (vfio-user, reconnect)', async () => {
    const recording = await recordHost(async (host, uuid) => {
      await using attached = await host.attach(uuid);
      const { endpoint } = attached;
      for (let session = 0; session < 2; session += 1) {
        const memory = new Uint8Array(4096);
        await endpoint.whileQuiet('map', () => {
          endpoint.dmaPlane.map({ iova: 0, memory });
        });
        const data = new DataView(new ArrayBuffer(4));
        await endpoint.read(0, registers.offsetOf('TARGET'), data, 0, 4);
        data.setUint32(0, 0x40, true);
        await endpoint.write(0, registers.offsetOf('TARGET'), data, 0, 4);
        await endpoint.releaseClient();
      }
    });
    expect(await differencesInProcess(recording)).to.deep.equal([]);
  });

  it('row: late answers: what is answered late is waited for when its answer comes, not before', async () => {
    const recording = await record(async (device) => {
      const slow = device.read(1, 0, new Uint8Array(4));
      await device.info();
      await slow;
    });
    const lines = [...viewRecording(recording)].slice(3).map((line) => line.slice(14));
    expect(lines.filter((line) => /slow|info|#2/.test(line))).to.deep.equal([
      '#2 read slow+0x0, 4 …',
      'info → { flags 5, numIrqs 1, numRegions 2 }',
      'answer of #2: 0x00000000',
    ]);
    expect(await differencesInProcess(recording)).to.deep.equal([]);
  });

  it('row: memory: a device that works as soon as it is given memory finds it filled', async () => {
    const eager = (): ReturnType<typeof defineDriver> =>
      defineDriver({
        name: 'eager',
        deviceApi: 'vfio-platform',
        types: [{ id: 'one' }],
        parents: [{ name: 'eager0', capacity: 1 }],
        model: ({ dma, events }) => ({
          deviceApi: 'vfio-platform',
          regions: [],
          irqs: [],
          quiesce: () => undefined,
          resume: () => {
            const bytes = new Uint8Array(4);
            dma.read(0, bytes);
            events.report({ kind: 'error', message: `found ${bytes.join(' ')}` });
          },
        }),
      });
    const sink = memorySink();
    {
      await using host = new MdevHost({ interposers: [new Recorder({ open: () => sink })] });
      await host.load(eager());
      const { uuid } = await host.create({ parent: 'eager0', type: 'eager-one' });
      await using device = await host.open(uuid);
      await device.dmaMap({ iova: 0, memory: new Uint8Array(4096).fill(6) });
    }
    const recording = parseRecording(sink.bytes);
    expect([...viewRecording(recording)].join('\n')).to.include('message found 6 6 6 6');
    await using host = new MdevHost();
    await host.load(eager());
    const { differences } = await replayInto(recording, host, {}, { waitMs: 0 });
    expect(differences).to.deep.equal([]);
  });

  it('row: hostile: a recording that says what cannot be has differences, and no other effect', async () => {
    const whole = await record(busyClient);
    const entries = whole.entries.map((entry) => {
      if (entry.kind !== 'dma') {
        return entry;
      }
      return entry.access === 'fill'
        ? { ...entry, length: 2 ** 50 }
        : { ...entry, iova: Number.NaN, length: -1 };
    });
    const found = await differencesInProcess({ ...whole, entries });
    expect(found.some((text) => text.includes('not to be written'))).to.equal(true);
  });

  it('row: unfinished: a recording that was cut leaves the device open, and takes back what it had mapped', async () => {
    const whole = await record(busyClient);
    const cut = { ...whole, entries: whole.entries.slice(0, 12) };
    await using host = new MdevHost();
    await host.load(workerDriver());
    const { uuid } = await host.create(worker);
    await using device = await host.open(uuid);
    const { differences } = await replay(cut, device, { waitMs: 0 });
    await turn();
    expect(differences).to.deep.equal([]);
    expect(await read32(device, 0, registers.offsetOf('SOURCE'))).to.equal(0x10000);
    expect(await device.dmaUnmap(0x10000, 8192)).to.equal(0);
  });
});
